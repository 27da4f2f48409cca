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
    (void)co_await look();
    tasks_.spawn("admission", run());
}

Task<> Admission::stop() { co_await tasks_.stop(kStopGrace); }

Status Admission::admits() const {
    const std::lock_guard lock{mutex_};
    return admits_;
}

Task<> Admission::run() {
    co_await notice_cancellation();
    Duration wait = kEvery;
    while (!co_await is_cancelled()) {
        co_await timer_.wait_until(clock_.now() + wait);
        if (!co_await is_cancelled())
            wait = co_await look();
    }
}

/// How long the next look has time.
Task<Duration> Admission::look() {
    const auto began = std::chrono::steady_clock::now();
    const auto owed = co_await store_.deliveries().count();
    const auto took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    const auto left = free_space_();
    Status admits;
    if (owed && *owed >= limits_.backlog)
        admits = Error{Errc::LimitExceeded, std::to_string(*owed) + " deliveries are owed; no more events are taken"};
    if (left && *left < limits_.free)
        admits = Error{Errc::LimitExceeded,
                       "the disk has " + std::to_string(*left) + " bytes left; no more events are taken"};
    if (owed)
        backlog_.set(static_cast<double>(*owed));
    if (left)
        free_.set(static_cast<double>(*left));
    refusing_.set(admits ? 0 : 1);
    const std::lock_guard lock{mutex_};
    if (admits_ && !admits)
        log::error("new events are refused", {{"reason", admits.error().message}});
    if (!admits_ && admits)
        log::info("new events are taken again");
    admits_ = std::move(admits);
    co_return std::max(kEvery, took * kShare);
}

Admission::FreeSpace free_space_of(std::filesystem::path directory) {
    return [directory = std::move(directory)]() -> std::optional<std::uintmax_t> {
        std::error_code error;
        const auto space = std::filesystem::space(directory, error);
        return error ? std::nullopt : std::optional{space.available};
    };
}

}  // namespace rialto::delivery
