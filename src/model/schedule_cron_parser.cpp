// Reads cron expressions. What AWS's user guide leaves open is as the service was seen to answer, and lenient where
// nothing was seen: what AWS takes must not be refused here.
#include <algorithm>
#include <array>
#include <span>

#include "model/schedule_cron.hpp"

namespace rialto::model {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                   "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
constexpr int kHuge = 1'000'000;  // numbers beyond it read as this: a year or a step that is never reached

struct Field {
    int least;
    int most;
    std::span<const std::string_view> names;  // of the values from `least` on
    bool is_year = false;                     // which does not wrap, and may be written beyond its bounds
};
constexpr Field kMinute{0, 59, {}};
constexpr Field kHour{0, 23, {}};
constexpr Field kDay{1, 31, {}};
constexpr Field kMonth{1, 12, kMonths};
constexpr Field kWeekday{1, 7, kWeekdays};
constexpr Field kYear{Cron::kFirstYear, Cron::kLastYear, {}, true};

/// The values from `from` on, each `step` after the one before, up to `to`, which is less than `from` if they wrap.
/// With a step of 0 only the first.
struct Range {
    int from;
    int to;
    int step = 1;
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Reads one item of a field's list from left to right. What it cannot take it leaves.
class Item {
public:
    explicit Item(std::string_view text) : text_{text} {}

    bool at_end() const { return text_.empty(); }

    bool take(char letter) {
        if (text_.empty() || upper(text_[0]) != letter)
            return false;
        text_.remove_prefix(1);
        return true;
    }

    std::optional<int> number() {
        const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        if (text_.empty() || !is_digit(text_[0]))
            return std::nullopt;
        int value = 0;
        for (; !text_.empty() && is_digit(text_[0]); text_.remove_prefix(1))
            value = std::min(value * 10 + (text_[0] - '0'), kHuge);
        return value;
    }

    std::optional<int> number(int least, int most) {
        const auto value = number();
        return value && *value >= least && *value <= most ? value : std::nullopt;
    }

    /// A value of the field, as a number or by its name.
    std::optional<int> value(const Field& field) {
        const std::string_view start = text_.substr(0, 3);
        for (std::size_t i = 0; i < field.names.size(); ++i)
            if (std::ranges::equal(start, field.names[i], {}, upper)) {
                text_.remove_prefix(start.size());
                return field.least + static_cast<int>(i);
            }
        return field.is_year ? number() : number(field.least, field.most);
    }

    /// `*`, `3`, `3-9`, and each with `/2`.
    std::optional<Range> range(const Field& field) {
        Range range{field.least, field.most};
        if (!take('*')) {
            const auto from = value(field);
            if (!from)
                return std::nullopt;
            range.from = *from;
            const bool is_start = text_.starts_with('/');
            const auto to = take('-') ? value(field) : is_start ? field.most : *from;
            if (!to || (field.is_year && *to < *from))
                return std::nullopt;
            range.to = *to;
        }
        if (take('/')) {
            const auto step = number();
            if (!step)
                return std::nullopt;
            range.step = *step;
        }
        return range;
    }

private:
    std::string_view text_;
};

/// Calls `use` with each value, and with a year only if it is within the field's bounds.
template <class Use>
void for_each_value(const Range& range, const Field& field, Use use) {
    const int count = field.most - field.least + 1;
    const int past_most = range.to < range.from ? range.to + count : range.to;
    const int to = field.is_year ? std::min(range.to, field.most) : past_most;
    for (int value = range.from; value <= to; value += range.step) {
        if (value >= field.least)
            use(static_cast<unsigned>(value > field.most ? value - count : value));
        if (range.step == 0)
            return;
    }
}

/// A list of ranges.
template <class Use>
bool read_ranges(Item item, const Field& field, Use use) {
    const auto range = item.range(field);
    if (!range || !item.at_end())
        return false;
    for_each_value(*range, field, use);
    return true;
}

/// Calls `read` with each item of a list, for as long as it says that it could read them.
template <class Read>
bool each_item(std::string_view list, Read read) {
    for (;;) {
        const auto comma = list.find(',');
        if (!read(Item{list.substr(0, comma)}))
            return false;
        if (comma == std::string_view::npos)
            return true;
        list.remove_prefix(comma + 1);
    }
}

template <class Use>
bool read_list(std::string_view list, const Field& field, Use use) {
    return each_item(list, [&](Item item) { return read_ranges(item, field, use); });
}

template <class Bits>
auto set_in(Bits& bits) {
    return [&bits](unsigned value) { bits |= Bits{1} << value; };
}

/// `L`, `L-3`, `LW`; `15W`, `1-5W`; or a range.
bool read_day(Item item, Cron& cron) {
    if (item.take('L')) {
        const auto before_last = item.take('-') ? item.number(0, kDay.most - 1) : 0;
        if (!before_last)
            return false;
        cron.counted_days.push_back({true, static_cast<unsigned>(*before_last), item.take('W')});
        return item.at_end();
    }
    const auto range = item.range(kDay);
    if (!range)
        return false;
    if (range->step == 1 && item.take('W'))
        for_each_value(*range, kDay, [&cron](unsigned day) { cron.counted_days.push_back({false, day, true}); });
    else
        for_each_value(*range, kDay, set_in(cron.days));
    return item.at_end();
}

/// `L`, which is Saturday; `6L`, the last Friday; or a range.
bool read_weekday(Item item, Cron& cron) {
    const auto sunday_is_0 = [](auto& bits) { return [&bits](unsigned value) { bits |= 1U << (value - 1); }; };
    Item last = item;
    if (last.take('L')) {
        sunday_is_0(cron.weekdays)(7);
        return last.at_end();
    }
    const auto value = last.value(kWeekday);
    if (value && last.take('L')) {
        sunday_is_0(cron.last_weekdays)(static_cast<unsigned>(*value));
        return last.at_end();
    }
    return read_ranges(item, kWeekday, sunday_is_0(cron.weekdays));
}

/// `3#2`, the second Tuesday. Stands alone, not in a list.
bool read_nth_weekday(Item item, Cron& cron) {
    const auto weekday = item.value(kWeekday);
    const auto nth = weekday && item.take('#') ? item.number(1, 5) : std::nullopt;
    if (!nth || !item.at_end())
        return false;
    cron.nth_weekday = {static_cast<unsigned>(*weekday - 1), static_cast<unsigned>(*nth)};
    return true;
}

/// Exactly one of the two fields is `?`.
bool read_days(std::string_view days, std::string_view weekdays, Cron& cron) {
    if ((days == "?") == (weekdays == "?"))
        return false;
    if (days != "?")
        return each_item(days, [&cron](Item item) { return read_day(item, cron); });
    return read_nth_weekday(Item{weekdays}, cron) ||
           each_item(weekdays, [&cron](Item item) { return read_weekday(item, cron); });
}

/// The six fields, with one space between two.
std::optional<std::array<std::string_view, 6>> split(std::string_view text) {
    std::array<std::string_view, 6> fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto space = text.find(' ');
        if ((space == std::string_view::npos) != (i + 1 == fields.size()))
            return std::nullopt;
        fields.at(i) = text.substr(0, space);
        text.remove_prefix(std::min(text.size(), fields.at(i).size() + 1));
    }
    return fields;
}

}  // namespace

std::optional<Cron> parse_cron(std::string_view text) {
    const auto fields = split(text);
    if (!fields)
        return std::nullopt;
    const auto& [minutes, hours, days, months, weekdays, years] = *fields;
    Cron cron;
    const auto set_year = [&cron](unsigned year) { cron.years.set(year - Cron::kFirstYear); };
    const bool is_valid = read_list(minutes, kMinute, set_in(cron.minutes)) &&
                          read_list(hours, kHour, set_in(cron.hours)) && read_days(days, weekdays, cron) &&
                          read_list(months, kMonth, set_in(cron.months)) && read_list(years, kYear, set_year);
    if (!is_valid)
        return std::nullopt;
    return cron;
}

}  // namespace rialto::model
