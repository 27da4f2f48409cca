#pragma once

#include <optional>
#include <string>
#include <variant>

#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::delivery {

/// How long to wait between attempts: twice as long each time, with jitter (AWS publishes no schedule).
struct BackOff {
    Duration first{1s};
    Duration longest{10min};
};

/// The policy ran out, and which of its limits did: "MaximumRetryAttempts" or "MaximumEventAgeInSeconds".
struct Exhausted {
    std::string condition;
};

/// What becomes of a delivery that has failed `attempts` times: the time of its next attempt, or the end. `not_before`
/// is the least wait that the target asked for.
std::variant<TimePoint, Exhausted> next_attempt(const model::RetryPolicy& policy, const BackOff& back_off, int attempts,
                                                TimePoint ingested, TimePoint now, Duration not_before, Random& random);

/// Whether a delivery is too old for another attempt.
bool is_too_old(const model::RetryPolicy& policy, TimePoint ingested, TimePoint now);

}  // namespace rialto::delivery
