#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rialto/base/clock.hpp"

namespace rialto::model {

/// The six fields of a cron expression, each as the set of its values: bit n stands for the value n.
struct Cron {
    static constexpr int kFirstYear = 1970;
    static constexpr int kLastYear = 2199;

    /// A day that is counted within its month.
    struct CountedDay {
        bool from_end = false;
        unsigned number = 0;      ///< From the start 1 is the first; from the end 0 is the last.
        bool is_weekday = false;  ///< Means the weekday nearest to it, within the month.
    };
    /// The `nth` (1 to 5) `weekday` of a month.
    struct NthWeekday {
        unsigned weekday = 0;
        unsigned nth = 0;
    };

    std::uint64_t minutes = 0;
    std::uint32_t hours = 0;
    std::uint32_t months = 0;  ///< From bit 1.
    std::bitset<kLastYear - kFirstYear + 1> years;

    // A day matches if any of these says so. Weekdays count from Sunday as 0.
    std::uint32_t days = 0;  ///< From bit 1.
    std::vector<CountedDay> counted_days;
    std::uint32_t weekdays = 0;
    std::uint32_t last_weekdays = 0;  ///< The last of its kind in the month.
    std::optional<NthWeekday> nth_weekday;

    /// The first matching minute after `after`.
    std::optional<TimePoint> next(TimePoint after) const;

private:
    std::optional<Duration> next_time_of_day(std::chrono::minutes from) const;
    std::optional<std::chrono::sys_days> next_day(std::chrono::year_month_day from) const;
    std::uint32_t days_of(std::chrono::year_month month) const;
};

/// What stands between the parentheses of `cron(...)`. Nothing if it is not as it should be.
std::optional<Cron> parse_cron(std::string_view fields);

}  // namespace rialto::model
