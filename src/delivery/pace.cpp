#include "delivery/pace.hpp"

#include <algorithm>
#include <chrono>

namespace rialto::delivery {
namespace {

constexpr std::int64_t kNanosPerMilli = 1'000'000;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

/// A rate that was not used is saved up for so long: timers are coarse.
constexpr std::int64_t kBurst = 50 * kNanosPerMilli;

/// Longer than that a target cannot stop all its deliveries, whatever it asks for in answer to one.
constexpr Duration kLongestPause = 10min;

std::int64_t nanos(TimePoint time) { return time.time_since_epoch().count() * kNanosPerMilli; }

/// The first millisecond at which so many nanoseconds are over.
TimePoint at_nanos(std::int64_t time) { return TimePoint{Duration{(time + kNanosPerMilli - 1) / kNanosPerMilli}}; }

}  // namespace

Pace::Pace(std::size_t rate, model::Breaker breaker)
    : interval_{rate == 0 ? 0 : kNanosPerSecond / static_cast<Nanos>(rate)}, breaker_{breaker} {}

TimePoint Pace::ready(TimePoint now) const {
    if (probing_)
        return TimePoint::max();
    TimePoint ready = now;
    if (open_)
        ready = std::max(ready, std::min(opens_until_, now + breaker_.wait));
    if (pause_ > Duration{0})
        ready = std::max(ready, std::min(paused_until_, now + pause_));
    if (interval_ > 0)
        ready = std::max(ready, at_nanos(std::min(next_, nanos(now) + interval_)));
    return ready;
}

void Pace::begin(TimePoint now) {
    probing_ = open_;
    if (interval_ > 0)
        next_ = std::clamp(next_, nanos(now) - kBurst, nanos(now) + interval_) + interval_;
}

void Pace::heed(const Verdict& verdict, TimePoint now) {
    probing_ = false;
    if (verdict.pause > Duration{0}) {
        pause_ = std::min(verdict.pause, kLongestPause);
        paused_until_ = now + pause_;
    }
    if (!verdict.failed) {
        failures_ = 0;
        open_ = false;
        return;
    }
    code_ = verdict.code;
    message_ = verdict.message;
    ++failures_;
    open_ = open_ || (breaker_.failures > 0 && failures_ >= breaker_.failures);
    if (open_)
        opens_until_ = now + breaker_.wait;
}

}  // namespace rialto::delivery
