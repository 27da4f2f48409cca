#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/async/task.hpp"
#include "rialto/async/task_group.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/model/schedule.hpp"

namespace rialto::bus {

struct Scheduled {
    std::string key;  ///< Unique, and the same in each life of the server: bus and rule.
    model::Schedule schedule;
    TimePoint created;  ///< When it was made or enabled: it has no ticks up to here.
};

struct SchedulerOptions {
    Duration max_lateness = 1h;   ///< A tick that is older is not fired any more. At most a day.
    Duration first_wait = 1s;     ///< Before the second attempt at a tick; then twice as long each time.
    Duration longest_wait = 30s;  ///< Between two attempts.
};

/// Fires schedules on the clock: each tick once, also across restarts.
///
/// To fire is to call back, and the callback stores, in one transaction, what the tick's event owes and that the
/// schedule has fired up to it. A crash before the commit leaves the tick due, and the next start fires it with the
/// same event id; after the commit, `last_fired` says that it is done with. So a tick that was committed never fires
/// again, not even when the clock is set back.
///
/// Ticks that are missed, because the server was down, the clock was set forward or the callback failed for long, are
/// not made up for one by one: the latest of them is fired at once, if it is not older than `max_lateness`, and the
/// others never. By default that is an hour: a daily tick survives an update of the server, and does not come at
/// another time of day.
///
/// Schedules do not wait for each other; of one schedule only one tick is under way at a time. Thread-safe.
class Scheduler {
public:
    /// Stores a tick: it is due at `due`, and its event has the id `event_id`. Unavailable and TimedOut: it is tried
    /// again with the same id, or, when a later tick has come due meanwhile, that one with its own; so it must be
    /// idempotent by `event_id`. After any other error the tick is given up. May be called for a key for a moment after
    /// its remove(): whether the rule is still there only the transaction knows. Cancelled (total) by stop(). Runs on
    /// the scheduler's executor.
    using Fire = std::function<Task<Status>(std::string key, TimePoint due, std::string event_id)>;

    /// The references must outlive the scheduler.
    Scheduler(asio::any_io_executor executor, const Clock& clock, Timer& timer, Fire fire, SchedulerOptions options,
              metrics::Registry& metrics);

    /// Replaces all schedules. `last_fired` is what was stored: up to which tick each has fired, if it ever has.
    void set(std::vector<Scheduled> all, const std::map<std::string, TimePoint>& last_fired);

    /// Adds a schedule, or replaces the one with its key. What this scheduler has fired under that key it remembers
    /// itself.
    void update(Scheduled scheduled, std::optional<TimePoint> last_fired);

    /// Does nothing if there is no such schedule.
    void remove(std::string_view key);

    /// Before it, nothing is fired.
    void start();

    /// Returns when no callback runs any more. Call once.
    Task<> stop();

    /// The id of the event of a tick: always the same for the same two, a UUID of version 8 (RFC 9562) made of their
    /// SHA-256.
    static std::string event_id(std::string_view key, TimePoint due);

private:
    struct Entry {
        model::Schedule schedule;
        TimePoint created;
        std::optional<TimePoint> fired;  // the last tick that was fired
        TimePoint seen;                  // ticks up to here are fired, given up or missed
        std::optional<TimePoint> next;   // its place in waiting_, while it is there
    };

    Task<> run();
    Task<> fire_due(std::string key);
    TimePoint start_due();
    std::optional<TimePoint> take_due(const std::string& key);
    bool settle(const std::string& key, TimePoint due, const Status& fired);
    std::optional<TimePoint> latest_due(const std::string& key, Entry& entry) const;
    void put(Scheduled scheduled, std::optional<TimePoint> last_fired);
    std::optional<TimePoint> drop(std::string_view key);
    void enlist(const std::string& key, Entry& entry);

    const Clock& clock_;
    Timer& timer_;
    const Fire fire_;
    const SchedulerOptions options_;
    metrics::Counter& fired_;

    std::mutex mutex_;  // guards the three below
    std::map<std::string, Entry, std::less<>> entries_;
    std::set<std::pair<TimePoint, std::string>> waiting_;  // by their next ticks: those that are not under way
    std::set<std::string, std::less<>> under_way_;         // keys of which fire_due() runs

    Signal news_;
    std::atomic<bool> stopping_ = false;
    TaskGroup tasks_;  // last: its tasks use everything above
};

}  // namespace rialto::bus
