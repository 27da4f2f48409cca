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

#include "rialto/model/rule.hpp"
#include "rialto/storage/delivery_store.hpp"

namespace rialto::delivery {

/// A delivery that waits in memory, or is under way.
struct Job {
    storage::StoredDelivery delivery;
    std::shared_ptr<const model::Target> target;
};

/// What waits and runs, target by target. A delivery is here from the moment it is taken on until its outcome is
/// recorded; one that is here is never taken on a second time. Thread-safe.
class Lanes {
public:
    Lanes(std::size_t concurrency, std::size_t queue) : concurrency_{concurrency}, queue_{queue} {}

    /// Makes a target known under its key.
    void know(const std::string& key, model::Target target);
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

    /// The next job of a lane; nothing ends the worker that asked.
    std::optional<Job> next(const std::string& key);

    /// The outcome is recorded. True if the lane has turned deliveries away and now has room again.
    bool settle(const Job& job);

    /// Between these two, deliveries that settle are remembered and not taken: what a scan has read of them is old.
    std::vector<storage::DeliveryId> begin_scan();
    void end_scan();

    /// The keys of the lanes that have no room: a scan leaves out what they are owed, and so turns it away.
    std::vector<std::string> full();

    std::size_t waiting() const;

    /// Forgets what waits, and what a scan that is under way has read.
    void forget();

    /// Forgets what waits; next() gives nothing any more.
    void close();

private:
    struct Lane {
        void push(storage::StoredDelivery delivery);
        storage::StoredDelivery pop();

        std::shared_ptr<const model::Target> target;
        std::deque<storage::StoredDelivery> waiting;
        std::size_t bytes = 0;  // of the events of those that wait
        std::size_t workers = 0;
        bool turned_away = false;
    };

    bool is_full(const Lane& lane) const;
    void remember_first(const storage::StoredDelivery& delivery);
    void drop_waiting();

    const std::size_t concurrency_;
    const std::size_t queue_;
    mutable std::mutex mutex_;  // guards what follows
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
