#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <vector>

#include "rialto/async/timer.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/bus/replays.hpp"
#include "rialto/storage/archive_sweeper.hpp"

namespace rialto::bus {

/// The ARN of the replay that has that key in the catalog: what Replays knows it by.
std::string replay_arn(const std::string& key);

/// What runs a replay, of its document in the catalog.
Replay replay_of(const json::Object& document, const Identity& owner, const Identity& ours);

/// Runs the replays of the catalog, records there what becomes of them, and drops what its archives need not keep any
/// longer. Thread-safe.
class ArchiveKeeper {
public:
    /// All references must outlive it.
    ArchiveKeeper(asio::any_io_executor executor, Catalog& catalog, EventBus& bus, storage::ArchiveStore& store,
                  const Clock& clock, Timer& timer, metrics::Registry& metrics);

    /// Goes on with the replays that had not ended. The catalog must have started.
    void start();
    Task<> stop();

    Replays& replays() { return replays_; }

private:
    Replays::Hooks hooks();
    Task<Status> record(ReplayReport report);
    Task<Result<std::vector<storage::KeptArchive>>> kept() const;

    Catalog& catalog_;
    EventBus& bus_;
    storage::ArchiveStore& store_;
    Replays replays_;
    storage::ArchiveSweeper sweeper_;
};

}  // namespace rialto::bus
