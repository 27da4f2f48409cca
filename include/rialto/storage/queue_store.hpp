#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/outbox.hpp"

namespace rialto::storage {

using QueueId = std::int64_t;

/// A queue as it is kept. What the store need not understand is text of its user's.
struct StoredQueue {
    QueueId id = 0;  ///< Given by the store, never twice.
    std::string account;
    std::string region;
    std::string name;
    std::string attributes;
    std::string tags;
    Duration retention{0};  ///< How long a message is kept.
    TimePoint created;
    TimePoint modified;
};

/// A message on its way into a queue.
struct NewMessage {
    std::string id;  ///< Of the message, unique.
    std::string body;
    std::string properties;  ///< Whatever else its user wants back; may be empty.
    TimePoint sent;
    TimePoint visible;          ///< From when on it can be received.
    bool ordered = false;       ///< It keeps its place within its group (FIFO) and gets a sequence number.
    std::string group;          ///< Of an ordered message.
    std::string duplicate_key;  ///< A second message with this key is none until the first one's `unique_until`.
    TimePoint unique_until;
};

/// What became of a message that was sent.
struct Placed {
    std::string id;  ///< Its own, or that of the message of which it is a duplicate.
    std::int64_t sequence = 0;
};

/// A message that was received, and is hidden from others for a while.
struct ReceivedMessage {
    std::int64_t row = 0;  ///< With the id and the count of receives: what proves this receive.
    std::string id;
    std::string body;
    std::string properties;
    std::string group;
    std::int64_t sequence = 0;
    TimePoint sent;
    TimePoint first_received;
    std::int64_t receives = 0;
    QueueId dead_from = 0;  ///< The queue from which it came as a dead letter; 0: none.
};

/// What a receive found, and did on its way.
struct Received {
    std::vector<ReceivedMessage> messages;
    std::size_t moved = 0;  ///< So many went to the queue of the redrive.
    bool more = false;      ///< It passed over so many that it stopped early: asking again at once goes on.
};

/// One receive of one message.
struct Receipt {
    std::int64_t row = 0;
    std::string id;
    std::int64_t receives = 0;
};

/// Where messages go that were received too often.
struct Redrive {
    QueueId to = 0;
    std::int64_t max_receives = 1;
};

struct Receive {
    std::size_t limit = 1;
    TimePoint now;
    TimePoint visible_again;
    TimePoint oldest;  ///< Messages that were sent before are no more.
    bool ordered = false;
    std::optional<Redrive> redrive;
};

struct QueueCounts {
    std::size_t visible = 0;
    std::size_t in_flight = 0;
    std::size_t delayed = 0;
};

/// A delivery that ends in a queue.
struct QueueDelivery {
    DeliveryId delivery = 0;
    QueueId queue = 0;
    NewMessage message;
};

/// Queues and their messages. Writes complete after they are on disk. Thread-safe; fails with Unavailable as PostStore
/// does, and with NotFound for a queue that is not there.
class QueueStore {
public:
    virtual ~QueueStore() = default;

    virtual Task<Result<std::vector<StoredQueue>>> queues() = 0;
    /// AlreadyExists if there is a queue of that account, region and name.
    virtual Task<Result<QueueId>> create(StoredQueue queue) = 0;
    /// Replaces attributes, tags, retention and the time of modification.
    virtual Task<Status> update(StoredQueue queue) = 0;
    /// The messages go with it, in the background: see trim().
    virtual Task<Status> remove(QueueId queue) = 0;
    virtual Task<Status> purge(QueueId queue) = 0;

    virtual Task<Result<std::vector<Placed>>> append(QueueId queue, std::vector<NewMessage> messages) = 0;

    /// In one transaction, places each message and takes away the delivery that ends with it. A delivery that is gone
    /// already has been placed before, and is not again. For each whether its queue was there; if not, it stays owed.
    virtual Task<Result<std::vector<bool>>> deliver(std::vector<QueueDelivery> deliveries) = 0;

    /// Claims messages that can be received, the longest visible first; ordered ones in their order, and none of a
    /// group of which an earlier one is hidden. Messages received too often move on their way, and those that are too
    /// old are dropped: about a hundred at a time, so that no receive holds up the other writes.
    virtual Task<Result<Received>> receive(QueueId queue, Receive wanted) = 0;

    /// Messages that are gone already, or are of another queue, are passed over. With `held_at`, a message stays that
    /// is not hidden at that time by the very receive of its receipt: false for it.
    virtual Task<Result<std::vector<bool>>> remove_messages(QueueId queue, std::vector<Receipt> receipts,
                                                            std::optional<TimePoint> held_at) = 0;

    /// What became of a change of visibility: Gone means that the message is no more, Visible that nobody holds it,
    /// Superseded that an ordered message was received again since.
    enum class Held : std::uint8_t { Changed, Gone, Visible, Superseded };
    struct Visibility {
        Receipt receipt;
        TimePoint visible;
    };
    virtual Task<Result<std::vector<Held>>> change_visibility(QueueId queue, std::vector<Visibility> changes,
                                                              TimePoint now) = 0;

    virtual Task<Result<QueueCounts>> counts(QueueId queue, TimePoint now) = 0;

    /// When the next message that is hidden at `now` can be received.
    virtual Task<Result<std::optional<TimePoint>>> next_visible(QueueId queue, TimePoint now) = 0;

    /// Drops some of what is kept no longer: messages past their retention, of removed or purged queues, and keys of
    /// duplicates. How many: 0 once nothing more is to be dropped.
    virtual Task<Result<std::size_t>> trim_queues(TimePoint now) = 0;
};

}  // namespace rialto::storage
