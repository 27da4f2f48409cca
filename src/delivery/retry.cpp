#include "rialto/delivery/retry.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

namespace rialto::delivery {
namespace {

/// Between a half and the whole of `wait`, so that what failed together is not tried again together.
Duration jitter(Duration wait, Random& random) {
    std::uint32_t dice = 0;
    random.fill(std::as_writable_bytes(std::span{&dice, 1}));
    return wait / 2 + wait * (dice % 1024) / 2048;
}

Duration nominal_wait(const BackOff& back_off, int attempts) {
    Duration wait = back_off.first;
    for (int i = 1; i < attempts && wait < back_off.longest; ++i)
        wait *= 2;
    return std::min(wait, back_off.longest);
}

}  // namespace

bool is_too_old(const model::RetryPolicy& policy, TimePoint ingested, TimePoint now) {
    return now - ingested > policy.max_age;
}

std::variant<TimePoint, Exhausted> next_attempt(const model::RetryPolicy& policy, const BackOff& back_off, int attempts,
                                                TimePoint ingested, TimePoint now, Duration not_before,
                                                Random& random) {
    if (attempts > policy.max_retries)
        return Exhausted{"MaximumRetryAttempts"};
    const TimePoint next = now + std::max(jitter(nominal_wait(back_off, attempts), random), not_before);
    if (is_too_old(policy, ingested, next))
        return Exhausted{"MaximumEventAgeInSeconds"};
    return next;
}

}  // namespace rialto::delivery
