#include "rialto/delivery/admission.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/log.hpp"

namespace rialto::delivery {
namespace {

constexpr Duration kEvery = 1s;
constexpr int kShare = 50;  // of the time a look took, before the next: it costs at most a fiftieth of a reader
constexpr std::chrono::seconds kStopGrace{5};

}  // namespace

Admission::Admission(asio::any_io_executor executor, storage::Store& store, FreeSpace free_space,
                     AdmissionLimits limits, const Clock& clock, Timer& timer, metrics::Registry& metrics)
    : store_{store},
      free_space_{std::move(free_space)},
      limits_{limits},
      clock_{clock},
      timer_{timer},
      backlog_{metrics.gauge("rialto_delivery_backlog", "Deliveries owed, at the last look")},
      free_{metrics.gauge("rialto_storage_free_bytes", "Free on the disk of the data, at the last look")},
      refusing_{metrics.gauge("rialto_delivery_refusing", "1 while no new events are taken, since a limit is reached")},
      tasks_{std::move(executor)} {}

Task<> Admission::start() {
    look_at_space();
    (void)co_await look_at_backlog();
    tasks_.spawn("admission by space", watch_space());
    tasks_.spawn("admission by backlog", watch_backlog());
}

Task<> Admission::stop() { co_await tasks_.stop(kStopGrace); }

Status Admission::admits() const {
    const std::lock_guard lock{mutex_};
    return verdict();
}

Task<> Admission::watch_space() {
    co_await notice_cancellation();
    while (!co_await is_cancelled()) {
        co_await timer_.wait_until(clock_.now() + kEvery);
        if (!co_await is_cancelled())
            look_at_space();
    }
}

Task<> Admission::watch_backlog() {
    co_await notice_cancellation();
    Duration wait = kEvery;
    while (!co_await is_cancelled()) {
        co_await timer_.wait_until(clock_.now() + wait);
        if (!co_await is_cancelled())
            wait = co_await look_at_backlog();
    }
}

void Admission::look_at_space() {
    const auto left = free_space_();
    if (!left)
        return;
    free_.set(static_cast<double>(*left));
    decide(by_space_, *left >= limits_.free ? Status{}
                                            : Error{Errc::LimitExceeded, "the disk has " + std::to_string(*left) +
                                                                             " bytes left; no more events are taken"});
}

/// How long the next look has time.
Task<Duration> Admission::look_at_backlog() {
    const auto began = std::chrono::steady_clock::now();
    const auto owed = co_await store_.deliveries().count();
    const auto took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    if (owed) {
        backlog_.set(static_cast<double>(*owed));
        decide(by_backlog_, *owed < limits_.backlog
                                ? Status{}
                                : Error{Errc::LimitExceeded,
                                        std::to_string(*owed) + " deliveries are owed; no more events are taken"});
    }
    co_return std::max(kEvery, took * kShare);
}

void Admission::decide(Status& by, Status admits) {
    const std::lock_guard lock{mutex_};
    const Status before = verdict();
    by = std::move(admits);
    const Status& now = verdict();
    if (before && !now)
        log::error("new events are refused", {{"reason", now.error().message}});
    if (!before && now)
        log::info("new events are taken again");
    refusing_.set(now ? 0 : 1);
}

/// With the mutex held.
const Status& Admission::verdict() const { return by_space_ ? by_backlog_ : by_space_; }

Admission::FreeSpace free_space_of(std::filesystem::path directory) {
    return [directory = std::move(directory)]() -> std::optional<std::uintmax_t> {
        std::error_code error;
        const auto space = std::filesystem::space(directory, error);
        return error ? std::nullopt : std::optional{space.available};
    };
}

}  // namespace rialto::delivery
