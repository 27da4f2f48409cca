#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rialto/storage/delivery_store.hpp"

namespace rialto::delivery {

/// What became of one attempt.
struct AttemptReport {
    enum class Result : std::uint8_t { Delivered, Retrying, GivenUp, Split };

    storage::DeliveryId delivery = 0;
    std::string event_id{};
    std::string bus{};
    std::string rule{};         ///< ARN; empty if no rule asked for it.
    std::string target_id{};    ///< As the rule has it.
    std::string target_kind{};  ///< Such as `queue`.
    std::string part{};         ///< Of a split delivery; empty for a whole one.
    int attempts = 0;           ///< Made so far, this one among them.
    TimePoint at{};             ///< When it began.
    Duration duration{0};       ///< How long the target took.
    int status = 0;             ///< HTTP's, of targets that have one; 0: none.
    std::string response{};     ///< The beginning of what the target answered.
    Result result = Result::Delivered;
    std::string error_code{};  ///< Of a failure.
    std::string error_message{};
    std::vector<storage::Part> parts{};  ///< What it was split into.
    bool goes_on = false;                ///< Split, but not yet completely.
};

/// Who wants to know of every attempt. Called on any thread; must be quick and not block.
class Observer {
public:
    virtual ~Observer() = default;

    /// The outcome is recorded.
    virtual void attempted(AttemptReport report) = 0;
};

}  // namespace rialto::delivery
