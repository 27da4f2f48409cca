#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/async/task.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/result.hpp"
#include "rialto/queues/message.hpp"
#include "rialto/queues/name.hpp"
#include "rialto/queues/refusal.hpp"
#include "rialto/storage/queue_store.hpp"

namespace rialto::queues {

using Attributes = std::map<std::string, std::string>;
using Tags = std::map<std::string, std::string>;

struct QueueLimits {
    std::size_t waiters = 5'000;  ///< Receives that wait for a message at a time; beyond it they are throttled.
};

struct ReceiveOptions {
    std::int64_t most = 1;                     ///< 1 to 10.
    std::optional<std::int64_t> wait{};        ///< In seconds, 0 to 20; otherwise the queue's.
    std::optional<std::int64_t> visibility{};  ///< In seconds, 0 to 43200; otherwise the queue's.
};

class PlaceInLine;

/// A delivery of an event that ends in a queue.
struct Delivery {
    storage::DeliveryId id = 0;
    QueueName queue;
    Draft draft;
};

/// Message queues as Amazon SQS has them: standard ones and FIFO ones with groups and deduplication, delays, visibility
/// timeouts, retention, redrive to a dead-letter queue.
///
/// What is answered is on disk. Which queues there are, and their attributes, is known in memory, where each is an
/// immutable snapshot that a change replaces; changes take turns. Thread-safe.
class Queues {
public:
    /// All references must outlive it.
    Queues(storage::QueueStore& store, const Clock& clock, Timer& timer, Random& random, QueueLimits limits = {});
    ~Queues();

    /// Reads what queues there are. Before anything else.
    Task<Status> start();

    /// Ends all waits: from now on no receive waits any more.
    void close();

    /// A queue of that name that has these attributes is as good as a new one; tags are those of the first call.
    Task<Answer<void>> create(QueueName name, Attributes attributes, Tags tags);
    Task<Answer<void>> remove(QueueName name);
    Task<Answer<void>> purge(QueueName name);
    /// Removes all queues but `kept`, which lose their messages only.
    Task<Answer<void>> reset(std::vector<QueueName> kept);

    Answer<void> exists(const QueueName& name) const;
    /// The names of an account's queues in a region that begin with `prefix` and come after `after`, in order.
    std::vector<std::string> names(const std::string& account, const std::string& region, const std::string& prefix,
                                   const std::string& after, std::size_t most) const;
    /// The queues whose dead letters go to this one, in order.
    Answer<std::vector<QueueName>> sources(const QueueName& name) const;

    /// Those of the names asked for that the queue has; `All` is all.
    Task<Answer<Attributes>> attributes(QueueName name, std::vector<std::string> wanted);
    /// What changes nothing is not written, and leaves the time of the last change as it is.
    Task<Answer<void>> set_attributes(QueueName name, Attributes changes);

    Answer<Tags> tags(const QueueName& name) const;
    Task<Answer<void>> change_tags(QueueName name, Tags added, std::vector<std::string> removed);

    /// Sends messages together. For each what became of it.
    Task<Answer<std::vector<Answer<Sent>>>> send(QueueName name, std::vector<Draft> drafts);

    /// Sends what deliveries are to put into queues, and ends each in the same transaction; a delivery that ended
    /// already sends nothing. For each what became of it.
    Task<std::vector<Answer<void>>> deliver(std::vector<Delivery> deliveries);

    /// The message that a draft is to a queue, to be placed by whoever asked: for standard queues that take it.
    std::optional<std::pair<storage::QueueId, storage::NewMessage>> message(const QueueName& name, Draft draft) const;
    /// Tells as many of those who wait that so many messages were placed. The queue may be gone.
    void notify(storage::QueueId queue, std::size_t messages) const;

    /// Waits for the first message, if that is wanted, and returns what there is then.
    Task<Answer<std::vector<Message>>> receive(QueueName name, ReceiveOptions options);

    /// For each receipt handle what became of it. What is deleted already is deleted.
    Task<Answer<std::vector<Answer<void>>>> remove_messages(QueueName name, std::vector<std::string> handles);

    struct Visibility {
        std::string handle;
        std::int64_t seconds = 0;  ///< From now, 0 to 43200.
    };
    Task<Answer<std::vector<Answer<void>>>> change_visibility(QueueName name, std::vector<Visibility> changes);

private:
    struct Queue;
    class Turn;
    struct Look;
    using Known = std::shared_ptr<const Queue>;

    Known find(const QueueName& name) const;
    void keep(Known queue);
    void forget(const Queue& queue);
    Task<> take_turn();
    void give_turn();

    Task<Answer<void>> change(QueueName name, std::function<Answer<void>(Queue&)> apply);
    Answer<void> check_redrive(const Queue& queue) const;
    Answer<storage::NewMessage> prepare(const Queue& queue, Draft draft) const;
    Task<Result<Look>> look(Known queue, ReceiveOptions options) const;
    std::vector<Message> messages_of(Look look, storage::QueueId queue) const;
    Task<Answer<std::vector<Message>>> receive_or_wait(Known queue, ReceiveOptions options, TimePoint end);
    Task<> wait(Known queue, PlaceInLine& place, TimePoint looked, TimePoint until);

    storage::QueueStore& store_;
    const Clock& clock_;
    Timer& timer_;
    Random& random_;
    const QueueLimits limits_;
    std::atomic<std::size_t> waiting_ = 0;
    std::atomic<bool> closed_ = false;
    Signal turns_;
    mutable std::mutex mutex_;  // guards what follows
    std::map<QueueName, Known> queues_;
    std::map<storage::QueueId, QueueName> by_id_;  // also of the last queues that went: where dead letters came from
    std::deque<storage::QueueId> gone_;            // those
    bool turn_taken_ = false;
};

}  // namespace rialto::queues
