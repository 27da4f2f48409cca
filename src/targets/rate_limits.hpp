#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "rialto/async/task.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"

namespace rialto::targets {

/// Token buckets, one for each name: as many at once as the rate is a second, and then no faster than the rate.
/// Thread-safe.
class RateLimits {
public:
    /// Both must outlive this.
    RateLimits(const Clock& clock, Timer& timer) : clock_{clock}, timer_{timer} {}

    /// Returns nothing when the caller has its turn. Where that would be more than five minutes away it has none, and
    /// is told at once how long it is.
    Task<std::optional<Duration>> wait_turn(std::string name, int per_second);

private:
    struct Bucket {
        double tokens = 0;  ///< Below 0: turns that are promised.
        TimePoint as_of;
    };
    Duration take(const std::string& name, int per_second);
    void forget_idle();

    const Clock& clock_;
    Timer& timer_;
    std::mutex mutex_;  // guards buckets_
    std::map<std::string, Bucket> buckets_;
};

}  // namespace rialto::targets
