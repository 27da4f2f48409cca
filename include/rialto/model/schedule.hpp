#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"

namespace rialto::model {

struct Cron;

/// When a rule fires by itself: EventBridge's `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC.
///
/// An immutable value; copies share what was read. The grammar is that of AWS's user guide ("Creating a rule that runs
/// on a schedule"), with what the service was seen to take beyond it: names in any case, ranges that wrap (`FRI-MON`,
/// not in years), steps of 0 or beyond the field (only the start value), `L-3`, `1-5W`, days that never come (`31
/// FEB`).
class Schedule {
public:
    /// InvalidArgument, always with AWS's text: "Parameter ScheduleExpression is not valid."
    static Result<Schedule> parse(std::string_view text);

    /// The first tick after `after` (and after `created`), or nothing if there never is one.
    ///
    /// `rate` ticks at `created` and a whole number of periods, so it keeps its cadence whenever it is asked. `cron`
    /// ticks at whole minutes. Neither ticks after the year 2199. Takes microseconds at most, however far the tick is.
    std::optional<TimePoint> next(TimePoint after, TimePoint created) const;

    const std::string& text() const { return text_; }
    bool operator==(const Schedule& other) const { return text_ == other.text_; }

private:
    Schedule(std::string_view text, Duration period, std::shared_ptr<const Cron> cron)
        : text_{text}, period_{period}, cron_{std::move(cron)} {}

    std::string text_;
    Duration period_;                   // of a rate
    std::shared_ptr<const Cron> cron_;  // null for a rate
};

}  // namespace rialto::model
