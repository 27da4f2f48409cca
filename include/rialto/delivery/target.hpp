#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/json/value.hpp"
#include "rialto/model/rule.hpp"
#include "rialto/storage/outbox.hpp"

namespace rialto::delivery {

/// Why a delivery was given up, for whoever takes it as a dead letter.
struct GivenUp {
    model::TargetKind target;  ///< That did not take it.
    std::string code;          ///< As in AWS's dead-letter attribute ERROR_CODE.
    std::string message;
    int retries = 0;
    std::string exhausted;    ///< MaximumRetryAttempts or MaximumEventAgeInSeconds; empty if trying again was useless.
    std::string attempted{};  ///< What the target would have been given, if that is not the payload: it is not JSON.
};

/// One try at one delivery, with all that a target may want to know. Lives until the target answered.
struct Attempt {
    storage::DeliveryId delivery = 0;  ///< The same each time; ascending in the order in which events came to a bus.
    std::string event_id;
    std::string bus;
    std::string rule;  ///< ARN; empty if no rule asked for it.
    TimePoint ingested;
    json::Value event;           ///< The envelope; null if the target said that it does not read it.
    std::string payload;         ///< What the target is to be given: the event, shaped as the rule's target says.
    int hops = 0;                ///< How often the event was forwarded from bus to bus before.
    std::string trace_header{};  ///< AWS X-Ray's, that came with the event; empty if none did.
    bool shaped = false;         ///< The payload is not simply the event.
    model::TargetKind target;
    std::string part;                   ///< Which part of a split delivery this is; empty for a whole one.
    std::optional<GivenUp> given_up{};  ///< It is a dead letter.
};

/// The target took it.
struct Delivered {
    bool recorded = false;   ///< The delivery ended in the same transaction, and need not be finished.
    int status = 0;          ///< HTTP's, of targets that have one; 0: none.
    std::string response{};  ///< The beginning of what it answered: see excerpt_of().
};

/// The target did not take it.
struct Failed {
    Error error;
    std::string code = "ERROR_FROM_TARGET";  ///< As in AWS's dead-letter attribute ERROR_CODE.
    bool final = false;                      ///< Trying again is useless.
    Duration not_before{0};                  ///< The least wait the target asked for.
    int status = 0;                          ///< HTTP's, of targets that have one; 0: none.
    std::string response{};                  ///< The beginning of what it answered: see excerpt_of().
};

/// What is kept of an answer, for people to read: at most 256 bytes of it, made UTF-8.
std::string excerpt_of(std::string_view answer);

/// The target wants each part delivered on its own, with retries of its own. With `rest` the delivery itself goes on
/// under that name, so that a long list is split in steps.
struct Split {
    std::vector<std::string> parts;
    std::optional<std::string> rest;
};

using Outcome = std::variant<Delivered, Failed, Split>;

/// An Error as an outcome: final unless its code says that trying again may help.
Failed failed(Error error);

/// How a target likes to get the attempts for one rule's target, unless that has a concurrency of its own.
struct Together {
    std::size_t attempts = 1;                   ///< At most so many at once.
    std::size_t bytes = std::size_t{1} << 20U;  ///< Of events; the one that goes beyond is the last.
    /// At a time, of those of more than one attempt: enough that some are got ready while others are written. With one
    /// they keep the order in which they were dispatched, but what waits in the table (after a retry, a restart, or
    /// since memory was full) may be overtaken.
    std::size_t batches = 8;
};

/// Where deliveries go. An event may come more than once: what a target does must bear repeating. Thread-safe.
class Target {
public:
    virtual ~Target() = default;

    /// All are for one rule's target. An outcome for each, in their order.
    virtual Task<std::vector<Outcome>> deliver_all(const std::vector<Attempt>& attempts) = 0;
    virtual Together together() const { return {}; }

    /// Whether it looks into the event of an attempt for a target of that kind, beside the payload.
    virtual bool reads_event(const model::TargetKind& kind) const;
};

/// A target that has no use for several attempts at once.
class SingleTarget : public Target {
public:
    virtual Task<Outcome> deliver(const Attempt& attempt) = 0;

    /// One after the other.
    Task<std::vector<Outcome>> deliver_all(const std::vector<Attempt>& attempts) override;
};

/// The targets there are, one for each kind. Filled before the dispatcher starts, then only read.
class Targets {
public:
    /// Registers `target`, which must outlive this, for the kind that `Kind` is.
    template <class Kind>
    void add(Target& target) {
        targets_.at(model::TargetKind{Kind{}}.index()) = &target;
    }

    /// Null if the kind has none.
    Target* find(const model::TargetKind& kind) const { return targets_.at(kind.index()); }

private:
    std::array<Target*, std::variant_size_v<model::TargetKind>> targets_{};
};

}  // namespace rialto::delivery
