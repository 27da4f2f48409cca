#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <variant>
#include <vector>

#include "delivery/lanes.hpp"
#include "rialto/async/task.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/delivery/observer.hpp"

namespace rialto::delivery {

/// Makes attempts and records their outcomes: delivered, to be tried again, split, or given up. Thread-safe.
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
    /// Of jobs of one target, which gets them together if there are several. None is too old. `ended` is called for
    /// each as soon as its outcome is recorded.
    using Ended = std::function<void(const Job& job, Follow follow)>;
    Task<> deliver(const std::vector<Job>& jobs, Ended ended);
    /// Of one that is too old: gives it up without an attempt.
    Task<Follow> expire(const Job& job);

    /// From now on an outcome that cannot be recorded is dropped: the delivery stays owed.
    void stop() { stopping_ = true; }

private:
    /// When an attempt was made.
    struct Span {
        TimePoint at;
        Duration duration{0};
    };

    enum class Result : std::uint8_t { Delivered, Retried, GivenUp };

    Task<std::vector<Outcome>> attempt(const std::vector<Job>& jobs);
    Task<std::vector<Outcome>> hand_over(const std::vector<Attempt>& attempts);
    Task<Follow> conclude(const Job& job, Outcome outcome, Span span);
    Task<Follow> split(const Job& job, Split split, Span span);
    Task<Follow> fail(const Job& job, Failed failure, Span span);
    Task<> give_up(const Job& job, const Failed& failure, std::string exhausted,
                   std::optional<storage::FailedAttempt> attempt);
    Task<std::optional<Delivered>> dead_letter_target_took(const Job& job, GivenUp given_up);
    Task<> finish(std::vector<storage::DeliveryId> ids);

    /// Repeats `write` until the store takes it: an outcome that was reached once must not be reached twice.
    template <class Write>
    Task<> record(Write write);

    void tell(const Job& job, AttemptReport told, Span span) const;
    bool reads_event(const model::TargetKind& kind) const;
    void count(const model::TargetKind& kind, Result result);

    storage::Store& store_;
    const Targets& targets_;
    const Clock& clock_;
    Timer& timer_;
    Random& random_;
    const BackOff back_off_;
    metrics::Registry& metrics_;
    /// By kind of target and result; each is looked up once.
    std::array<std::array<std::atomic<metrics::Counter*>, 3>, std::variant_size_v<model::TargetKind>> counters_{};
    std::vector<Observer*> observers_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace rialto::delivery
