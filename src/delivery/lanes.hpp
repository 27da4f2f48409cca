#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "delivery/pace.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/delivery/target.hpp"
#include "rialto/model/rule.hpp"
#include "rialto/storage/delivery_store.hpp"

namespace rialto::delivery {

/// A delivery that waits in memory, or is under way.
struct Job {
    storage::StoredDelivery delivery;
    std::shared_ptr<const model::Target> target;
    std::optional<Verdict> too_old{};  ///< It is to be given up without an attempt, for what the last one met.
};

struct LaneLimits {
    std::size_t concurrency = 8;  ///< Of a target that says nothing of its own.
    std::size_t queue = 2000;     ///< Deliveries that wait in a lane.
    /// Bytes of events that wait in all lanes. Beyond it a lane takes nothing that has something.
    std::size_t bytes = std::size_t{64} << 20U;
    model::Breaker breaker{};  ///< Of a target that says nothing of its own.
};

/// What waits and runs, target by target. A delivery is here from the moment it is taken on until its outcome is
/// recorded; one that is here is never taken on a second time. Each lane has a pace of its own, so that a target which
/// is slow, limited or dead delays no other. Thread-safe.
class Lanes {
public:
    explicit Lanes(LaneLimits limits) : limits_{limits} {}

    /// Makes a target known under its key.
    void know(const std::string& key, model::Target target, Together together = {});
    bool knows(const std::string& key) const;
    std::vector<std::string> known() const;  ///< All keys, ascending.

    /// True if the lane of `key` has room for another worker, which must then call next() until that gives nothing.
    struct Taken {
        bool taken = false;
        bool needs_worker = false;
    };
    /// Where a delivery comes from: right after the commit that owes it, or from the table.
    enum class From { Memory, Table };
    /// Not taken: the lane is full, or the delivery is here already, or its target is unknown; or it comes from memory
    /// and a scan has been faster to read it from the table.
    Taken take(storage::StoredDelivery delivery, From from);

    /// True if the lane of `key` is full: a delivery for it need not be made up, it is turned away.
    bool turns_away(const std::string& key);

    /// What a worker has to do: jobs, or to ask again at a time, or nothing, which ends it.
    struct Next {
        std::vector<Job> jobs{};  ///< More than one only of a target that likes them together.
        std::optional<TimePoint> wait{};
        bool needs_worker = false;  ///< There is work for another worker.
    };
    /// `rested`: the worker has waited as it was told.
    Next next(const std::string& key, TimePoint now, bool rested = false);

    /// How an attempt ended, for the pace of its lane. Before settle().
    void heed(const Job& job, const Verdict& verdict, TimePoint now);

    /// The job is not attempted: its delivery stays owed, and is read from the table again.
    void leave(const Job& job);

    /// The outcome is recorded. True if the lane has turned deliveries away and now has room again, or the next of the
    /// job's key may follow it: the table has more.
    bool settle(const Job& job);

    /// Between these two, deliveries that settle are remembered and not taken: what a scan has read of them is old.
    std::vector<storage::DeliveryId> begin_scan();
    void end_scan();

    /// How many more a lane takes, if that is not as many as there are: a scan need not read more. What a lane with
    /// little room, or none, is owed is turned away.
    storage::DeliveryStore::Room room();

    std::size_t waiting() const;

    /// The lanes whose circuit breaker is open.
    std::size_t open_breakers() const;

    /// Forgets what waits, and what a scan that is under way has read.
    void forget();

    /// Forgets what waits; next() gives nothing any more.
    void close();

private:
    struct Lane {
        void push(storage::StoredDelivery delivery);
        storage::StoredDelivery pop();

        std::shared_ptr<const model::Target> target;
        Pace pace;
        std::size_t concurrency = 0;
        Together together{};
        std::deque<storage::StoredDelivery> waiting;
        std::size_t bytes = 0;  // of the events of those that wait
        std::size_t workers = 0;
        bool resting = false;  // one of its workers waits until the pace allows more
        bool turned_away = false;
    };

    bool is_full(const Lane& lane) const;
    void push(Lane& lane, storage::StoredDelivery delivery);
    storage::StoredDelivery pop(Lane& lane);
    Next rest(Lane& lane, TimePoint ready, TimePoint now);
    void remember_first(const storage::StoredDelivery& delivery);
    void drop_waiting();

    const LaneLimits limits_;
    mutable std::mutex mutex_;  // guards what follows
    std::size_t bytes_ = 0;     // of all lanes
    std::size_t open_ = 0;      // lanes whose breaker is
    std::map<std::string, Lane, std::less<>> lanes_;
    std::unordered_set<storage::DeliveryId> here_;
    std::unordered_set<storage::DeliveryId> settled_during_scan_;
    std::unordered_set<storage::DeliveryId> settled_first_;  // first attempts that settled of late
    std::deque<storage::DeliveryId> settled_first_order_;    // the same, oldest first
    bool scanning_ = false;
    bool scan_is_void_ = false;  // what it has read was forgotten
    bool closed_ = false;
};

}  // namespace rialto::delivery
