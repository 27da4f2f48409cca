#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/outbox.hpp"
#include "rialto/storage/page.hpp"
#include "rialto/storage/retention.hpp"

namespace rialto::storage {

/// An owed delivery with all that an attempt needs.
struct StoredDelivery {
    DeliveryId id = 0;
    std::string event_id;
    std::string bus;
    TimePoint ingested;
    std::shared_ptr<const std::string>
        envelope;                ///< Never null. One text for all deliveries of an event, where it can.
    int hops = 0;                ///< How often the event was forwarded from bus to bus.
    std::string trace_header{};  ///< Of the event; empty if it has none.
    std::string target;
    std::string rule;
    std::string part;  ///< Which part of a split delivery this is; empty for a whole one.
    int attempts = 0;  ///< Made so far.
    TimePoint due;     ///< Not before.
};

/// A part of a delivery that its target wants delivered on its own.
struct Part {
    DeliveryId id = 0;
    std::string name;
};

/// A delivery that was given up.
struct DeadLetter {
    std::int64_t id = 0;
    std::string event_id;
    std::string bus;
    TimePoint ingested;
    std::string envelope;
    std::string target;  ///< The target's JSON text.
    std::string rule;
    std::string part;
    int attempts = 0;
    std::string error_code;  ///< As in AWS's dead-letter attributes: ERROR_FROM_TARGET, TIMEOUT, INVALID_JSON, ...
    std::string error_message;
    std::string exhausted;  ///< MaximumRetryAttempts, MaximumEventAgeInSeconds or empty.
    TimePoint died;
};

/// Events that are owed to targets. Writes complete after they are on disk. Thread-safe; fails with Unavailable as
/// PostStore does.
class DeliveryStore {
public:
    virtual ~DeliveryStore() = default;

    /// Stores events that nothing else in the database goes with.
    virtual Task<Status> append(Outbox outbox) = 0;

    /// Keeps targets (key, JSON text) so that their deliveries outlive the configuration. Known keys are left alone.
    virtual Task<Status> keep_targets(std::vector<std::pair<std::string, std::string>> targets) = 0;
    virtual Task<Result<std::vector<std::pair<std::string, std::string>>>> targets() = 0;
    /// Forgets targets that no delivery refers to, but for those in `in_use`.
    virtual Task<Status> drop_targets_except(std::vector<std::string> in_use) = 0;

    /// Deliveries due at `now`, the longest due first, without those in `skip` (ids, ascending) and those for the
    /// targets in `skip_targets` (keys, few).
    virtual Task<Result<std::vector<StoredDelivery>>> due(TimePoint now, std::size_t limit,
                                                          std::vector<DeliveryId> skip,
                                                          std::vector<std::string> skip_targets) = 0;

    /// When the first delivery after `now` is due.
    virtual Task<Result<std::optional<TimePoint>>> next_due(TimePoint now) = 0;

    /// How many are owed.
    virtual Task<Result<std::size_t>> count() = 0;

    /// Delivered: the row goes, and the event with its last one. All idempotent.
    virtual Task<Status> finish(DeliveryId id) = 0;

    /// Failed, to be tried again at `due`.
    virtual Task<Status> postpone(DeliveryId id, int attempts, TimePoint due) = 0;

    /// Replaces a delivery by its parts, due at once. With `rest`, the delivery itself stays as that part.
    virtual Task<Status> split(DeliveryId id, std::vector<Part> parts, std::optional<std::string> rest) = 0;

    /// Given up: the row becomes a dead letter. What the row itself knows need not be filled in.
    virtual Task<Status> bury(DeliveryId id, DeadLetter letter) = 0;

    /// Newest first, at most about a MiB; `before` is the id of the last one seen.
    virtual Task<Result<Page<DeadLetter>>> dead_letters(std::size_t limit, std::optional<std::int64_t> before) = 0;
    virtual Task<Result<DeadLetter>> dead_letter(std::int64_t id) = 0;
    virtual Task<Status> drop_dead_letter(std::int64_t id) = 0;
    /// Drops some of the oldest dead letters beyond the bounds. How many: 0 once nothing more is to be dropped.
    virtual Task<Result<std::size_t>> trim_dead_letters(Retention kept, TimePoint now) = 0;

    /// The dead letter becomes a delivery again, `delivery`, without attempts and ingested at `now`. NotFound if it is
    /// gone.
    virtual Task<Status> redrive(std::int64_t letter, DeliveryId delivery, TimePoint now) = 0;

    /// Drops all that is owed, and all dead letters.
    virtual Task<Status> clear() = 0;
};

}  // namespace rialto::storage
