#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
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
    /// each once its outcome is recorded, and with it those that came to the same end.
    using Ended = std::function<void(const Job& job, Follow follow)>;
    Task<> deliver(const std::vector<Job>& jobs, Ended ended);
    /// Of one that is too old: gives it up without an attempt.
    Task<> expire(const Job& job, Ended ended);

    /// From now on an outcome that cannot be recorded is dropped: the delivery stays owed.
    void stop() { stopping_ = true; }

private:
    /// When an attempt was made.
    struct Span {
        TimePoint at;
        Duration duration{0};
    };

    enum class Ending : std::uint8_t { Delivered, Retried, GivenUp };

    /// A job that was not delivered, and what is to be done about it.
    struct Failure {
        const Job* job;
        Failed failed;
        std::optional<storage::FailedAttempt> attempt{};  ///< None if it is given up without one.
        std::optional<TimePoint> again{};                 ///< None if it is given up.
        std::string exhausted{};                          ///< The condition by which it is, if it is by one.

        /// Made in all.
        int attempts() const { return attempt ? attempt->number : job->delivery.attempts; }
    };
    using Failures = std::span<const Failure>;

    Task<std::vector<Outcome>> attempt(const std::vector<Job>& jobs);
    Task<std::vector<Outcome>> hand_over(std::vector<Result<Attempt>> prepared);
    Task<std::vector<Outcome>> send(const std::vector<Attempt>& attempts);
    Failure judge(const Job& job, Failed failed, Span span);

    // These record what has come of jobs of one target, in one write where they can, and then tell of it.
    Task<> finish(const std::vector<Job>& jobs, const std::vector<Outcome>& outcomes, Span span, const Ended& ended);
    Task<> postpone(Failures failures, Span span, const Ended& ended);
    Task<> give_up(Failures failures, Span span, const Ended& ended);

    Task<Follow> split(const Job& job, Split split, Span span);
    Task<> forget(std::vector<storage::DeliveryId> delivered);
    std::size_t dead_letters_at_once(const model::Target& target) const;
    Task<std::vector<Outcome>> send_dead_letters(Failures failures);
    Result<Attempt> dead_letter_of(const Failure& failure) const;
    storage::DeadLetter built_in_letter_of(const Failure& failure) const;
    void conclude(Failures failures, Span span, const Ended& ended);

    /// Repeats `write` until the store takes it: an outcome that was reached once must not be reached twice.
    template <class Write>
    Task<> record(Write write);

    void tell(const Job& job, AttemptReport told, Span span) const;
    bool reads_event(const model::TargetKind& kind) const;
    void count(const model::TargetKind& kind, Ending ending);

    storage::Store& store_;
    const Targets& targets_;
    const Clock& clock_;
    Timer& timer_;
    Random& random_;
    const BackOff back_off_;
    metrics::Registry& metrics_;
    /// By kind of target and ending; each is looked up once.
    std::array<std::array<std::atomic<metrics::Counter*>, 3>, std::variant_size_v<model::TargetKind>> counters_{};
    std::vector<Observer*> observers_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace rialto::delivery
