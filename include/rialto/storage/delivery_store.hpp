#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/batch.hpp"
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
    std::string part;       ///< Which part of a split delivery this is; empty for a whole one.
    int attempts = 0;       ///< Made so far.
    TimePoint due;          ///< Not before.
    std::string ordered{};  ///< Key within which the target gets its deliveries one after the other; empty: none.
};

/// A part of a delivery that its target wants delivered on its own.
struct Part {
    DeliveryId id = 0;
    std::string name;
};

/// An attempt that failed.
struct FailedAttempt {
    int number = 1;        ///< From 1: how many had been made with it.
    TimePoint at{};        ///< When it began.
    Duration duration{0};  ///< How long it took.
    int status = 0;        ///< HTTP's, of targets that have one; 0: none.
    std::string code;      ///< As in AWS's dead-letter attribute ERROR_CODE.
    std::string message;   ///< Cut off at 1 KiB when it is stored.
    std::string response;  ///< The beginning of what the target answered.
};

/// A delivery whose attempt failed, to be tried again at `due`.
struct Postponed {
    DeliveryId id = 0;
    FailedAttempt attempt;
    TimePoint due;
};

/// A delivery that was given up.
struct DeadLetter {
    std::int64_t id = 0;
    DeliveryId delivery = 0;  ///< What it was; 0 for those of a version that did not keep this.
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

/// A delivery to be given up, with the attempt that was the last, if there was one.
struct Buried {
    DeliveryId id = 0;
    DeadLetter letter;  ///< What the delivery's row knows need not be filled in.
    std::optional<FailedAttempt> attempt;
};

/// Which dead letters are meant: those for which all that is given holds.
struct DeadLetterFilter {
    std::optional<std::string> bus{};
    std::optional<std::string> rule{};    ///< ARN.
    std::optional<std::string> target{};  ///< Id of the target in its rule.
    std::optional<std::string> event_id{};
    std::optional<std::string> error_code{};
    std::optional<TimePoint> died_from{};  ///< At that time or later.
    std::optional<TimePoint> died_before{};
    std::optional<std::int64_t> up_to{};  ///< Only ids up to that one.
};

/// How a dead letter comes back: as a delivery of this id, due then and as old as if it had come in then.
struct Revival {
    DeliveryId delivery = 0;
    TimePoint due;
};

/// Bounds of the dead-letter store: what is beyond any of them goes, oldest first.
struct DeadLetterBounds {
    std::size_t entries = 0;
    Duration age{0};
    std::int64_t bytes = 0;  ///< Of the envelopes.
};

/// Which owed deliveries are meant: those for which all that is given holds.
struct OwedFilter {
    std::optional<std::string> bus{};
    std::optional<std::string> rule{};    ///< ARN.
    std::optional<std::string> target{};  ///< Id of the target in its rule.
    std::optional<std::string> event_id{};
};

/// A delivery that is owed, for people to look at.
struct Owed {
    StoredDelivery delivery;
    std::string target;    ///< The target's JSON text; empty if it is not known.
    bool blocked = false;  ///< It waits for one before it, of the same target and key.
};

/// Events that are owed to targets. Writes complete after they are on disk. Thread-safe; fails with Unavailable as
/// PostStore does.
class DeliveryStore {
public:
    virtual ~DeliveryStore() = default;

    /// Stores events that nothing else in the database goes with. Whether all queues were there: the deliveries to
    /// those that were not are owed, as if they stood in the outbox.
    virtual Task<Result<bool>> append(std::shared_ptr<const Batch> batch) = 0;

    /// Keeps targets (key, JSON text) so that their deliveries outlive the configuration. Known keys are left alone.
    virtual Task<Status> keep_targets(std::vector<std::pair<std::string, std::string>> targets) = 0;
    virtual Task<Result<std::vector<std::pair<std::string, std::string>>>> targets() = 0;
    /// Forgets targets that no delivery refers to, but for those in `in_use`.
    virtual Task<Status> drop_targets_except(std::vector<std::string> in_use) = 0;

    /// How many deliveries a target, by its key, takes at most. One that is not named takes all.
    using Room = std::map<std::string, std::size_t, std::less<>>;

    /// Deliveries due at `now`, of each target the longest due first, without those in `skip` (ids, ascending). Each
    /// target that something is owed to gets the same share of the limit, so that one to which a million is owed costs
    /// the others nothing, and no more than it has room for. Of an ordered target only the first of each key.
    virtual Task<Result<Page<StoredDelivery>>> due(TimePoint now, std::size_t limit, std::vector<DeliveryId> skip,
                                                   Room room) = 0;

    /// When the first delivery after `now` is due. It costs by the number of targets that something is owed to.
    virtual Task<Result<std::optional<TimePoint>>> next_due(TimePoint now) = 0;

    /// What is owed, in the order of the ids, from the first after `after` on. A page looks at a bounded number of
    /// deliveries: it may be empty and yet have more behind it, from `reached` on.
    struct OwedPage {
        std::vector<Owed> items;
        std::optional<DeliveryId> reached;  ///< There may be more after this one.
    };
    virtual Task<Result<OwedPage>> list(OwedFilter filter, std::size_t limit, DeliveryId after) = 0;
    /// NotFound if it is not owed.
    virtual Task<Result<Owed>> find(DeliveryId id) = 0;

    /// The failed attempts at a delivery that is owed, or is a dead letter; the first first.
    virtual Task<Result<std::vector<FailedAttempt>>> attempts(DeliveryId id) = 0;
    /// Forgets some of the oldest failed attempts beyond the last `kept` that there were. How many.
    virtual Task<Result<std::size_t>> trim_attempts(std::size_t kept) = 0;

    /// Some of what is due only after `now` is due then, once the clock was put back. How many: 0 once nothing is left.
    virtual Task<Result<std::size_t>> bring_forward(TimePoint now) = 0;

    /// What the clock showed, for the next start, which cannot know otherwise that it was put back.
    virtual Task<Status> note_clock(TimePoint now) = 0;
    /// The last that was noted; nothing if none was.
    virtual Task<Result<std::optional<TimePoint>>> noted_clock() = 0;

    /// How many are owed.
    virtual Task<Result<std::size_t>> count() = 0;

    /// Delivered: the rows go, and each event with its last one. All idempotent.
    virtual Task<Status> finish(std::vector<DeliveryId> ids) = 0;

    /// All in one transaction.
    virtual Task<Status> postpone(std::vector<Postponed> failed) = 0;

    /// Replaces a delivery by its parts, due at once. With `rest`, the delivery itself stays as that part.
    virtual Task<Status> split(DeliveryId id, std::vector<Part> parts, std::optional<std::string> rest) = 0;

    /// Given up: the rows become dead letters, all in one transaction.
    virtual Task<Status> bury(std::vector<Buried> given_up) = 0;

    /// Newest first, at most about a MiB; `before` is the id of the last one seen.
    virtual Task<Result<Page<DeadLetter>>> dead_letters(DeadLetterFilter filter, std::size_t limit,
                                                        std::optional<std::int64_t> before) = 0;
    virtual Task<Result<DeadLetter>> dead_letter(std::int64_t id) = 0;
    /// The one that a delivery became. NotFound if it is none.
    virtual Task<Result<DeadLetter>> dead_letter_of(DeliveryId delivery) = 0;
    virtual Task<Status> drop_dead_letter(std::int64_t id) = 0;
    /// Drops some of the oldest dead letters beyond the bounds. How many: 0 once nothing more is to be dropped.
    virtual Task<Result<std::size_t>> trim_dead_letters(DeadLetterBounds kept, TimePoint now) = 0;

    /// The dead letter becomes a delivery again, `delivery`, without attempts and ingested at `now`. NotFound if it is
    /// gone.
    virtual Task<Status> redrive(std::int64_t letter, DeliveryId delivery, TimePoint now) = 0;
    /// The same of the oldest that are meant, in one transaction: at most as many as there are revivals. How many.
    virtual Task<Result<std::size_t>> redrive_some(DeadLetterFilter filter, std::vector<Revival> revivals) = 0;
    /// Drops some of those that are meant. How many: 0 once there are none.
    virtual Task<Result<std::size_t>> purge_some(DeadLetterFilter filter) = 0;

    /// Drops all that is owed, and all dead letters.
    virtual Task<Status> clear() = 0;
};

}  // namespace rialto::storage
