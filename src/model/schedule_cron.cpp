#include "model/schedule_cron.hpp"

#include <algorithm>
#include <bit>

namespace rialto::model {
namespace {

using namespace std::chrono;

constexpr std::uint32_t bit(unsigned n) { return std::uint32_t{1} << n; }

/// The days of one month, numbered from 1, and their weekdays, from Sunday as 0.
class Month {
public:
    explicit Month(year_month month)
        : last_{static_cast<unsigned>((month / last).day())}, first_weekday_{weekday{month / 1}.c_encoding()} {}

    unsigned last_day() const { return last_; }
    bool has(unsigned day) const { return day >= 1 && day <= last_; }
    unsigned weekday_of(unsigned day) const { return (first_weekday_ + day - 1) % 7; }
    unsigned first(unsigned weekday) const { return 1 + (weekday + 7 - first_weekday_) % 7; }

    unsigned nearest_weekday(unsigned day) const {
        if (weekday_of(day) == 6)
            return day == 1 ? 3 : day - 1;
        if (weekday_of(day) == 0)
            return day == last_ ? day - 2 : day + 1;
        return day;
    }

private:
    unsigned last_;
    unsigned first_weekday_;
};

std::uint32_t counted(const Month& month, const Cron::CountedDay& wanted) {
    const unsigned day =
        wanted.from_end ? month.last_day() - wanted.number : wanted.number;  // if it wraps, has() says no
    if (!month.has(day))
        return 0;
    return bit(wanted.is_weekday ? month.nearest_weekday(day) : day);
}

std::uint32_t nth(const Month& month, const Cron::NthWeekday& wanted) {
    const unsigned day = month.first(wanted.weekday) + 7 * (wanted.nth - 1);
    return month.has(day) ? bit(day) : 0;
}

}  // namespace

std::optional<TimePoint> Cron::next(TimePoint after) const {
    constexpr TimePoint kBegin = sys_days{year{kFirstYear} / 1 / 1};
    constexpr TimePoint kEnd = sys_days{year{kLastYear + 1} / 1 / 1};
    if (after >= kEnd)
        return std::nullopt;
    const auto from = after < kBegin ? floor<std::chrono::minutes>(kBegin) : floor<std::chrono::minutes>(after) + 1min;
    const auto today = floor<std::chrono::days>(from);
    const auto day = next_day(today);
    if (day && *day == today)
        if (const auto time = next_time_of_day(from - today))
            return today + *time;
    const auto later = day && *day == today ? next_day(today + std::chrono::days{1}) : day;
    if (!later)
        return std::nullopt;
    return *later + *next_time_of_day(0min);  // there is one: no field is empty
}

std::optional<Duration> Cron::next_time_of_day(std::chrono::minutes from) const {
    const auto hour = static_cast<unsigned>(from / 1h);
    const std::uint64_t rest_of_hour = minutes >> static_cast<unsigned>((from % 1h).count());
    if ((hours & bit(hour)) != 0 && rest_of_hour != 0)
        return from + std::chrono::minutes{std::countr_zero(rest_of_hour)};
    const std::uint32_t later_hours = hours & ~(bit(hour + 1) - 1);
    if (later_hours == 0)
        return std::nullopt;
    return std::chrono::hours{std::countr_zero(later_hours)} + std::chrono::minutes{std::countr_zero(minutes)};
}

std::optional<sys_days> Cron::next_day(year_month_day from) const {
    for (int year = static_cast<int>(from.year()); year <= kLastYear; ++year) {
        const bool is_first_year = year == static_cast<int>(from.year());
        if (!years[static_cast<std::size_t>(year - kFirstYear)])
            continue;
        for (unsigned month = is_first_year ? static_cast<unsigned>(from.month()) : 1; month <= 12; ++month) {
            if ((months & bit(month)) == 0)
                continue;
            const year_month here = std::chrono::year{year} / static_cast<int>(month);
            std::uint32_t wanted = days_of(here);
            if (here == from.year() / from.month())
                wanted &= ~(bit(static_cast<unsigned>(from.day())) - 1);
            if (wanted != 0)
                return here / std::countr_zero(wanted);
        }
    }
    return std::nullopt;
}

std::uint32_t Cron::days_of(year_month of) const {
    const Month month{of};
    std::uint32_t found = 0;
    for (unsigned day = 1; day <= month.last_day(); ++day) {
        const std::uint32_t weekday = bit(month.weekday_of(day));
        const bool is_last_of_kind = day + 7 > month.last_day();
        if ((days & bit(day)) != 0 || (weekdays & weekday) != 0 || (is_last_of_kind && (last_weekdays & weekday) != 0))
            found |= bit(day);
    }
    for (const auto& day : counted_days)
        found |= counted(month, day);
    if (nth_weekday)
        found |= nth(month, *nth_weekday);
    return found;
}

}  // namespace rialto::model
