#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/async/task_group.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/archive_store.hpp"

namespace rialto::storage {

/// An archive that there is, and how long it keeps its entries.
struct KeptArchive {
    std::string key;
    std::chrono::days retention{0};  ///< From when the event came to its bus; 0 is for ever.
};

/// Drops, in the background, archived events that are older than their archive keeps them, and those of archives that
/// there are no longer: at the start and then every minute. Also lets the store look for what they have in common.
///
/// What is much goes in small transactions, one after the other, and other writes come in between. Thread-safe.
class ArchiveSweeper {
public:
    /// All archives that there are. What the store holds under another key is dropped, so the list must be complete,
    /// and an archive be in it before its first event. An error (the list cannot be had now) drops nothing.
    using List = std::function<Task<Result<std::vector<KeptArchive>>>()>;

    /// All references must outlive the sweeper.
    ArchiveSweeper(asio::any_io_executor executor, ArchiveStore& store, List list, const Clock& clock, Timer& timer,
                   metrics::Registry& metrics);

    void start();
    Task<> stop();

private:
    Task<> run();
    Task<Status> sweep();
    Task<> learn();
    Task<Status> remove_unknown(std::vector<std::string> stored, const std::vector<KeptArchive>& kept);
    Task<Status> drop_old(KeptArchive archive);
    Task<Status> drop_removed();

    ArchiveStore& store_;
    const List list_;
    const Clock& clock_;
    Timer& timer_;
    metrics::Counter& dropped_;
    TaskGroup tasks_;  // last: its task uses everything above
};

}  // namespace rialto::storage
