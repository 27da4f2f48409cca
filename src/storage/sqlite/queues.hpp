#pragma once

#include "rialto/storage/queue_store.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

/// A queue's messages are those of its `content`, a number that changes when it is purged: so that a million messages
/// go at once for whoever looks, and in small transactions from the disk.
class Queues final : public QueueStore {
public:
    /// Both must outlive it.
    Queues(Writer& writer, Readers& readers) : writer_{writer}, readers_{readers} {}

    Task<Result<std::vector<StoredQueue>>> queues() override;
    Task<Result<QueueId>> create(StoredQueue queue) override;
    Task<Status> update(StoredQueue queue) override;
    Task<Status> remove(QueueId queue) override;
    Task<Status> purge(QueueId queue) override;

    Task<Result<std::vector<Placed>>> append(QueueId queue, std::vector<NewMessage> messages) override;
    Task<Result<std::vector<bool>>> deliver(std::vector<QueueDelivery> deliveries) override;
    Task<Result<Received>> receive(QueueId queue, Receive wanted) override;
    Task<Result<std::vector<bool>>> remove_messages(QueueId queue, std::vector<Receipt> receipts,
                                                    std::optional<TimePoint> held_at) override;
    Task<Result<std::vector<Held>>> change_visibility(QueueId queue, std::vector<Visibility> changes,
                                                      TimePoint now) override;
    Task<Result<QueueCounts>> counts(QueueId queue, TimePoint now) override;
    Task<Result<std::optional<TimePoint>>> next_visible(QueueId queue, TimePoint now) override;
    Task<Result<std::size_t>> trim_queues(TimePoint now) override;

private:
    Writer& writer_;
    Readers& readers_;
};

/// The number of what is in the queue now; 0 if there is no such queue.
std::int64_t content_of(Connection& db, QueueId queue);

/// Why a queue is not found.
Error no_queue(QueueId queue);

}  // namespace rialto::storage::sqlite
