#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>

#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/archive_store.hpp"
#include "rialto/storage/channel_store.hpp"
#include "rialto/storage/delivery_store.hpp"
#include "rialto/storage/post_store.hpp"
#include "rialto/storage/queue_store.hpp"
#include "rialto/storage/resource_store.hpp"
#include "rialto/storage/subscription_store.hpp"

namespace rialto::storage {

struct StoreOptions {
    std::filesystem::path directory;  ///< Made if missing; holds `rialto.db` and is locked against a second process.
    std::size_t readers = 2;          ///< Threads and connections for reading.
    std::size_t queued_writes = 10'000;
    std::size_t queued_reads = 10'000;
    Duration heal_interval{1s};  ///< How often a failed database is tried again.
};

/// All durable state of one server. One writer commits what has gathered as one group, so that an fsync serves many;
/// readers have connections of their own. No call blocks the caller's thread.
///
/// When a commit fails (disk full, I/O error) everything in its group fails with Unavailable, and so does every write
/// after it until the database was reopened and takes writes again, which is tried every second. Once anything
/// met a damaged page no write is taken any more, and nobody opens the file again: it is to be replaced by a backup,
/// which would lack what is acknowledged from then on. `rialto.damaged` beside it says so, until that is removed.
///
/// Thread-safe. The destructor writes what is queued and closes; the executors of those who wait must still be there.
class Store {
public:
    virtual ~Store() = default;

    virtual PostStore& posts() = 0;
    virtual DeliveryStore& deliveries() = 0;
    virtual SubscriptionStore& subscriptions() = 0;
    virtual ChannelStore& channels() = 0;
    virtual ResourceStore& resources() = 0;
    virtual ArchiveStore& archives() = 0;
    virtual QueueStore& queues() = 0;

    /// Gives some of the space that nothing uses any more back to the file system, if it is much: a quarter of the file
    /// and more. How many pages: 0 once nothing is left to do.
    virtual Task<Result<std::size_t>> shrink() = 0;

    /// Ascending, and above that of every delivery ever stored.
    virtual DeliveryId next_delivery_id() = 0;

    /// Why writes are refused at the moment, if they are.
    virtual Status health() const = 0;

    /// `listener` is called, on the writer's thread, each time the store heals. What was in doubt is then settled: read
    /// it again. When this returns, the listener before it is not being called any more: whatever it refers to may go.
    /// Not to be called by a listener.
    virtual void on_healed(std::function<void()> listener) = 0;
};

/// Opens or creates the database, and brings an older one up to date. Errors name the file and what to do: Unavailable
/// (directory not writable, locked by another process), Corrupt, or InvalidArgument for one of a newer version.
Result<std::unique_ptr<Store>> open(const StoreOptions& options, metrics::Registry& metrics);

}  // namespace rialto::storage
