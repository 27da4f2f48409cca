#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/delivery/observer.hpp"
#include "rialto/delivery/retry.hpp"
#include "rialto/delivery/target.hpp"
#include "rialto/model/rule.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::delivery {

struct DispatcherOptions {
    std::size_t concurrency = 8;    ///< Attempts under way at once, for each target of each rule.
    std::size_t lane_queue = 2000;  ///< Deliveries waiting in memory, for each target of each rule; more wait on disk.
    std::size_t memory = std::size_t{64} << 20U;  ///< Bytes of the events that wait in memory, of all targets.
    BackOff back_off;
    model::Breaker breaker{};  ///< Of targets that have none of their own.
};

/// What has a lane of its own.
struct RuleTarget {
    std::string rule;  ///< ARN; empty if no rule asked for it.
    model::Target target;
};

/// The stored target's key: the same target of the same rule always has the same.
std::string key_of(const RuleTarget& of_rule);

/// Sends deliveries to their targets and records what became of each.
///
/// At least once: an outcome is recorded only after the target answered, so a crash in between sends the delivery
/// again. An outcome that cannot be recorded (disk full) is recorded later, not delivered twice. First attempts come
/// from memory, right after the commit that owes them; the table is read at the start, for retries, and for what memory
/// had no room for. Each target of each rule has a lane of its own, with a bound on what waits in memory, a number of
/// attempts at a time, a rate and a circuit breaker, so that a slow, limited or dead one delays no other. What is
/// ordered comes from the table only, which knows what is before it. Thread-safe: the lanes are under a mutex, and each
/// attempt runs on a strand of its own.
class Dispatcher {
public:
    /// All references must outlive the dispatcher.
    Dispatcher(asio::any_io_executor executor, storage::Store& store, const Targets& targets, const Clock& clock,
               Timer& timer, Random& random, DispatcherOptions options, metrics::Registry& metrics);
    ~Dispatcher();

    /// Tells `observer`, which must outlive the dispatcher, of each attempt, as all before it. Set before start().
    void observe(Observer& observer);

    /// Reads the stored targets and begins with what is due. Forgets those that nothing is owed to, unless keep() was
    /// called for them before: call it for all that is in force.
    Task<Status> start();

    /// Begins no attempt any more and waits for those under way, at most `grace`. What is left stays owed.
    Task<> stop(Duration grace);

    /// Makes targets known and durable, which they must be before a delivery names them.
    Task<Status> keep(std::vector<RuleTarget> targets);

    /// Takes on what was just committed. Never blocks or fails: what finds no room is read from the table later.
    void dispatch(storage::Outbox committed);

    /// Looks through the table at once: after the store healed, or a dead letter was redriven.
    void rescan();

    /// Forgets what waits in memory: the table was cleared. What is under way goes on, and ends in nothing.
    void forget();

    struct State;

private:
    std::shared_ptr<State> state_;
};

}  // namespace rialto::delivery
