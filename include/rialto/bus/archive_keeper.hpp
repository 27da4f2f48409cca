#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <vector>

#include "rialto/async/task_group.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/bus/replays.hpp"
#include "rialto/delivery/admission.hpp"
#include "rialto/storage/archive_sweeper.hpp"

namespace rialto::bus {

/// Runs the replays of the catalog, records there what becomes of them, drops their records 90 days after they ended
/// (AWS keeps them so long), and what its archives need not keep any longer. Thread-safe.
class ArchiveKeeper {
public:
    /// All references must outlive it.
    ArchiveKeeper(asio::any_io_executor executor, Catalog& catalog, EventBus& bus, storage::ArchiveStore& store,
                  const delivery::Admission& admission, const Clock& clock, Timer& timer, metrics::Registry& metrics);

    /// Goes on with the replays that had not ended. The catalog must have started.
    void start();
    Task<> stop();

    /// Begins the replays that clients have started since, and calls off those that they have cancelled. For
    /// Catalog::on_change; what it tells before start() is passed over.
    void follow(const std::vector<Catalog::Key>& changed);

    Replays& replays() { return replays_; }

private:
    Replays::Hooks hooks();
    void take_up(const std::string& key, const json::Object& replay);
    Task<> drop_old_records();
    Task<Result<TimePoint>> drop_some_records();
    Task<Status> record(ReplayReport report);
    Task<Result<std::vector<storage::KeptArchive>>> kept() const;

    Catalog& catalog_;
    EventBus& bus_;
    storage::ArchiveStore& store_;
    const delivery::Admission& admission_;
    const Clock& clock_;
    Timer& timer_;
    std::atomic<bool> started_ = false;
    Replays replays_;
    storage::ArchiveSweeper sweeper_;
    TaskGroup tasks_;  // last: its task uses everything above
};

}  // namespace rialto::bus
