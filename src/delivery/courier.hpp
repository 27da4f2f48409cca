#pragma once

#include <atomic>
#include <map>
#include <vector>

#include "delivery/lanes.hpp"
#include "rialto/async/task.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/delivery/observer.hpp"

namespace rialto::delivery {

/// Makes one attempt and records its outcome: delivered, to be tried again, split, or given up. Thread-safe.
class Courier {
public:
    Courier(storage::Store& store, const Targets& targets, const Clock& clock, Timer& timer, Random& random,
            const BackOff& back_off, metrics::Registry& metrics);

    /// Tells of each attempt. Set before the first.
    void observe(Observer& observer) { observers_.push_back(&observer); }

    /// What follows from an attempt for the deliveries in memory.
    struct Follow {
        std::vector<storage::StoredDelivery> deliveries;  ///< The parts it was split into.
        std::optional<TimePoint> again;                   ///< When it is due again.
        Verdict verdict;                                  ///< On the target.
    };
    Task<Follow> deliver(Job job);

    /// From now on an outcome that cannot be recorded is dropped: the delivery stays owed.
    void stop() { stopping_ = true; }

private:
    /// When an attempt was made.
    struct Span {
        TimePoint at;
        Duration duration{0};
    };

    Task<Outcome> attempt(const Job& job);
    Task<Outcome> hand_over(const Attempt& attempt);
    Task<Follow> split(const Job& job, Split split, Span span);
    Task<Follow> fail(const Job& job, Failed failure, Span span);
    Task<Follow> expire(const Job& job);
    Task<> give_up(const Job& job, const Failed& failure, std::string exhausted,
                   std::optional<storage::FailedAttempt> attempt);
    Task<std::optional<Delivered>> dead_letter_target_took(const Job& job, GivenUp given_up);
    Task<> finish(const Job& job, Delivered delivered);

    /// Repeats `write` until the store takes it: an outcome that was reached once must not be reached twice.
    template <class Write>
    Task<> record(Write write);

    void tell(const Job& job, AttemptReport told, Span span) const;
    void count(const model::TargetKind& kind, const char* result);

    storage::Store& store_;
    const Targets& targets_;
    const Clock& clock_;
    Timer& timer_;
    Random& random_;
    const BackOff back_off_;
    metrics::Registry& metrics_;
    std::vector<Observer*> observers_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace rialto::delivery
