#include "rialto/base/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace rialto {
namespace {

struct Calendar {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<Duration> time;
};

Calendar calendar(TimePoint time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    return {std::chrono::year_month_day{day}, std::chrono::hh_mm_ss<Duration>{time - day}};
}

template <class... Args>
std::string print(const char* format, Args... args) {
    std::array<char, 64> text{};
    const int size =
        std::snprintf(text.data(), text.size(), format, args...);  // NOLINT(cppcoreguidelines-pro-type-vararg)
    return {text.data(), static_cast<std::size_t>(size)};
}

/// Every answer and event is dated: snprintf would take longer than all else of it.
void append_digits(std::string& text, int value, std::size_t count) {
    std::array<char, 12> digits{};
    const char* end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    const auto size = static_cast<std::size_t>(end - digits.data());
    text.append(count - std::min(count, size), '0');
    text.append(digits.data(), size);
}

/// Reads RFC 3339 from left to right; each step fails for good.
class Reader {
public:
    explicit Reader(std::string_view text) : text_{text} {}

    int digits(std::size_t count) {
        if (text_.size() < count)
            return fail();
        int value = 0;
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + count, value);
        if (error != std::errc{} || end != text_.data() + count || text_[0] == '-')
            return fail();
        text_.remove_prefix(count);
        return value;
    }

    bool skip(std::string_view any_of) {
        if (text_.empty() || !any_of.contains(text_[0]))
            return failed_ = true, false;
        text_.remove_prefix(1);
        return true;
    }

    /// A fraction of a second, if there is one, in milliseconds.
    int fraction() {
        if (!text_.starts_with('.'))
            return 0;
        text_.remove_prefix(1);
        int value = 0;
        int count = 0;
        for (; !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; text_.remove_prefix(1), ++count)
            if (count < 3)
                value = value * 10 + (text_[0] - '0');
        for (int i = count; i < 3; ++i)
            value *= 10;
        return count == 0 ? fail() : value;
    }

    std::chrono::minutes offset() {
        const char sign = text_.empty() ? 'Z' : text_[0];
        if (!skip("Zz+-") || sign == 'Z' || sign == 'z')
            return {};
        const int hours = digits(2);
        skip(":");
        const int minutes = digits(2);
        if (hours > 23 || minutes > 59)
            failed_ = true;
        const std::chrono::minutes offset{hours * 60 + minutes};
        return sign == '-' ? -offset : offset;
    }

    bool at_end() const { return !failed_ && text_.empty(); }

private:
    int fail() { return failed_ = true, 0; }

    std::string_view text_;
    bool failed_ = false;
};

}  // namespace

std::string to_rfc3339(TimePoint time) {
    const auto [date, clock] = calendar(time);
    std::string text;
    text.reserve(24);
    append_digits(text, static_cast<int>(date.year()), 4);
    text += '-';
    append_digits(text, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    text += '-';
    append_digits(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
    text += 'T';
    append_digits(text, static_cast<int>(clock.hours().count()), 2);
    text += ':';
    append_digits(text, static_cast<int>(clock.minutes().count()), 2);
    text += ':';
    append_digits(text, static_cast<int>(clock.seconds().count()), 2);
    text += '.';
    append_digits(text, static_cast<int>(clock.subseconds().count()), 3);
    text += 'Z';
    return text;
}

std::string to_rfc3339_seconds(TimePoint time) {
    std::string text = to_rfc3339(time);
    return text.replace(text.size() - 5, 5, "Z");
}

std::optional<TimePoint> from_rfc3339(std::string_view text) {
    Reader reader{text};
    const int year = reader.digits(4);
    reader.skip("-");
    const int month = reader.digits(2);
    reader.skip("-");
    const int day = reader.digits(2);
    reader.skip("Tt ");
    const int hour = reader.digits(2);
    reader.skip(":");
    const int minute = reader.digits(2);
    reader.skip(":");
    const int second = reader.digits(2);
    const int millis = reader.fraction();
    const auto offset = reader.offset();

    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!reader.at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second} + std::chrono::milliseconds{millis} - offset;
}

std::string to_rfc5322(TimePoint time) {
    static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto [date, clock] = calendar(time);
    const std::chrono::weekday weekday{std::chrono::sys_days{date}};
    return print("%s, %02u %s %04d %02d:%02d:%02d +0000", kDays.at(weekday.c_encoding()),
                 static_cast<unsigned>(date.day()), kMonths.at(static_cast<unsigned>(date.month()) - 1),
                 static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                 static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
}

}  // namespace rialto
