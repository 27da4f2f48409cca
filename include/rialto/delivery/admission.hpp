#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>

#include "rialto/async/task.hpp"
#include "rialto/async/task_group.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::delivery {

struct AdmissionLimits {
    std::size_t backlog = 10'000'000;                 ///< Deliveries owed.
    std::uintmax_t free = std::uintmax_t{64} << 20U;  ///< Bytes that the disk must have left.
};

/// Whether new events may come in: refuses them before the disk is full or the backlog out of bounds, so that what was
/// acknowledged can still be delivered, and outcomes recorded. Looks every second, at the backlog less often if that
/// takes long; in between it answers from memory. Thread-safe.
class Admission {
public:
    /// Bytes free on the disk of the data; nothing if that cannot be told.
    using FreeSpace = std::function<std::optional<std::uintmax_t>()>;

    /// All references must outlive it.
    Admission(asio::any_io_executor executor, storage::Store& store, FreeSpace free_space, AdmissionLimits limits,
              const Clock& clock, Timer& timer, metrics::Registry& metrics);

    /// Looks once, and then from time to time.
    Task<> start();
    Task<> stop();

    /// LimitExceeded says which limit is reached.
    Status admits() const;

private:
    Task<> watch_space();
    Task<> watch_backlog();
    void look_at_space();
    Task<Duration> look_at_backlog();
    void decide(Status& by, Status admits);
    const Status& verdict() const;

    storage::Store& store_;
    const FreeSpace free_space_;
    const AdmissionLimits limits_;
    const Clock& clock_;
    Timer& timer_;
    metrics::Gauge& backlog_;
    metrics::Gauge& free_;
    metrics::Gauge& refusing_;
    mutable std::mutex mutex_;  // guards what follows
    Status by_space_;
    Status by_backlog_;
    TaskGroup tasks_;  // last: its tasks use everything above
};

/// What the file system of `directory` has left for us.
Admission::FreeSpace free_space_of(std::filesystem::path directory);

}  // namespace rialto::delivery
