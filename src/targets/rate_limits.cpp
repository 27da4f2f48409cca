#include "targets/rate_limits.hpp"

#include <algorithm>
#include <cmath>

namespace rialto::targets {
namespace {

constexpr Duration kLongestWait{5min};
constexpr std::size_t kMaxBuckets = 4096;

}  // namespace

Task<std::optional<Duration>> RateLimits::wait_turn(std::string name, int per_second) {
    const Duration wait = take(name, std::max(per_second, 1));
    if (wait > kLongestWait)
        co_return wait;
    if (wait > Duration{0})
        co_await timer_.wait_until(clock_.now() + wait);
    co_return std::nullopt;
}

/// How far away the next turn is. It is taken, unless that is too far.
Duration RateLimits::take(const std::string& name, int per_second) {
    const auto rate = static_cast<double>(per_second);
    const TimePoint now = clock_.now();
    const std::lock_guard lock{mutex_};
    if (buckets_.size() >= kMaxBuckets && !buckets_.contains(name))
        forget_idle();
    Bucket& bucket = buckets_.try_emplace(name, Bucket{rate, now}).first->second;
    const auto elapsed = std::max(now - bucket.as_of, Duration{0});  // the clock may step back
    bucket.tokens = std::min(bucket.tokens + rate * std::chrono::duration<double>(elapsed).count(), rate);
    bucket.as_of = now;
    // A hair of tolerance: sums of fractions fall short of the whole.
    const double missing = std::max(1.0 - bucket.tokens - 1e-6, 0.0);
    const Duration wait{static_cast<Duration::rep>(std::ceil(missing / rate * 1000))};
    if (wait <= kLongestWait)
        bucket.tokens -= 1;
    return wait;
}

/// A bucket that nobody took from for so long is full, and a new one is no different.
void RateLimits::forget_idle() {
    const TimePoint full = clock_.now() - kLongestWait - 1s;
    std::erase_if(buckets_, [full](const auto& bucket) { return bucket.second.as_of < full; });
}

}  // namespace rialto::targets
