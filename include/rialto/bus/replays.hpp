#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/async/task_group.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/model/event.hpp"
#include "rialto/storage/archive_store.hpp"

namespace rialto::bus {

/// What is to be put on a bus again.
struct Replay {
    std::string key;                 ///< Its ARN.
    std::string name;                ///< Becomes the `replay-name` of its events.
    std::string archive;             ///< The archive's key in the store.
    std::string bus;                 ///< As the route hook knows it.
    std::vector<std::string> rules;  ///< ARNs of the only rules that see the events; empty for all.
    TimePoint from;                  ///< The first millisecond of ingestion that is replayed.
    TimePoint to;                    ///< The first one after it that is not.
    std::int64_t rate = 0;           ///< Events a second at most; 0: as fast as it goes.
};

enum class ReplayState : std::uint8_t { Running, Completed, Cancelled, Failed };

/// What became of a replay.
struct ReplayReport {
    std::string key;
    ReplayState state = ReplayState::Running;
    std::string reason;                   ///< Why it failed, for people.
    std::optional<TimePoint> last_event;  ///< When the last replayed event had been ingested, if there was one.
    TimePoint when;
};

/// Puts archived events on their bus again, in the order in which they came there.
///
/// Each replay reads a slice of its archive, stores what its events owe together with how far it got, and only then
/// goes on to the next, which is read meanwhile. So a crash skips nothing and puts nothing on the bus twice. An event
/// gets a new id, made of the replay's key and the old id, and keeps its time. An event that the archive gets only
/// after its replay has passed that time is not replayed; a range that ends in the future ends with what is archived by
/// then.
///
/// While the store cannot be used, or takes no more events, replays wait. Ten run at a time, the others after them.
/// Thread-safe.
class Replays {
public:
    struct Hooks {
        /// Routes an event by the bus's rules, of these only if they are not empty.
        std::function<void(storage::Batch& batch, const std::string& bus, const model::Event& event,
                           const std::vector<std::string>& rules)>
            route;
        /// Begins the deliveries of what was committed; see EventBus::dispatch().
        std::function<void(storage::Batch committed, bool all_queues_there)> dispatch;
        /// Whether events may come in. While they may not, replays wait.
        std::function<Status()> admits;
        /// Makes a change of state durable. Called again, later, if it answers Unavailable.
        std::function<Task<Status>(ReplayReport report)> report;
    };

    /// All references must outlive the replays.
    Replays(asio::any_io_executor executor, storage::ArchiveStore& store, Hooks hooks, const Clock& clock, Timer& timer,
            metrics::Registry& metrics);
    ~Replays();

    /// Runs a replay from its beginning. It is reported Running, then Completed, Cancelled or Failed. One whose
    /// key is taken by a replay that waits, runs or has just reported its end is left alone.
    void start(Replay replay);

    /// As start(), but goes on where an earlier server left off. For those that were not reported to have ended.
    void resume(Replay replay);

    /// Has a replay end after the slice under way: it will be reported Cancelled. False if there is none of that key,
    /// or its end is about to be reported.
    bool cancel(const std::string& key);

    /// Ends all replays after their slices, without a report: they are to be resumed. Call once.
    Task<> stop();

private:
    struct Run;

    void add(Replay replay, bool from_its_beginning);
    void run_next();
    Task<> run(std::shared_ptr<Run> run);
    Task<Status> play(Run& run);
    Task<Status> begin(Run& run);
    Task<Result<bool>> play_slice(Run& run);
    Task<Result<std::vector<storage::ArchiveEntry>>> next_slice(const Run& run,
                                                                std::optional<storage::ArchiveCursor> place) const;
    Task<> wait_turn(Run& run, std::size_t replayed);
    Task<Status> find_place(Run& run);
    Result<storage::Batch> route(const Replay& replay, const std::vector<storage::ArchiveEntry>& entries) const;
    Task<> conclude(Run& run, Status played);
    Task<Status> report(const Run& run, ReplayState state, std::string reason);
    ReplayState end(Run& run, const Status& played);
    bool is_called_off(const Run& run) const;
    void leave(const Run& run);
    template <class Operation>
    std::invoke_result_t<Operation&> insist(Operation operation);

    storage::ArchiveStore& store_;
    const Hooks hooks_;
    const Clock& clock_;
    Timer& timer_;
    metrics::Counter& replayed_;
    mutable std::mutex mutex_;                         // guards what follows, and how each run may end
    std::map<std::string, std::shared_ptr<Run>> all_;  // running and waiting, by key
    std::deque<std::shared_ptr<Run>> waiting_;
    TaskGroup tasks_;  // last: its tasks use everything above
};

}  // namespace rialto::bus
