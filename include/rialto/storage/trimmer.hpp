#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>

#include "rialto/async/task.hpp"
#include "rialto/async/task_group.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/storage/retention.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::storage {

/// Drops, in the background, what has been kept long enough: at the start and then every minute.
///
/// What is much goes in small transactions, one after the other, and other writes come in between. Thread-safe.
class Trimmer {
public:
    struct Limits {
        Retention changes;
        DeadLetterBounds dead_letters;
        std::size_t attempts = 0;           ///< Failed attempts that are kept, of what is owed or a dead letter.
        Duration pending_subscriptions{0};  ///< How old a subscription may get that nobody confirms.
    };

    /// All references must outlive the trimmer.
    Trimmer(asio::any_io_executor executor, Store& store, const Clock& clock, Timer& timer, Limits limits,
            metrics::Registry& metrics);

    void start();
    Task<> stop();

private:
    using Trim = Task<Result<std::size_t>> (Trimmer::*)(TimePoint now);

    Task<> run();
    Task<> trim(std::string what, Trim some);
    Task<Result<std::size_t>> trim_changes(TimePoint now);
    Task<Result<std::size_t>> trim_dead_letters(TimePoint now);
    Task<Result<std::size_t>> trim_attempts(TimePoint now);
    Task<Result<std::size_t>> trim_pending_subscriptions(TimePoint now);
    Task<Result<std::size_t>> trim_queues(TimePoint now);
    Task<Result<std::size_t>> shrink(TimePoint now);

    Store& store_;
    const Clock& clock_;
    Timer& timer_;
    const Limits limits_;
    metrics::Registry& metrics_;
    TaskGroup tasks_;  // last: its task uses everything above
};

}  // namespace rialto::storage
