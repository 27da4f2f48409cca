#include "rialto/storage/trimmer.hpp"

#include <utility>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/log.hpp"

namespace rialto::storage {
namespace {

constexpr Duration kEvery = 1min;
constexpr std::chrono::seconds kStopGrace{5};

}  // namespace

Trimmer::Trimmer(asio::any_io_executor executor, Store& store, const Clock& clock, Timer& timer, Limits limits,
                 metrics::Registry& metrics)
    : store_{store}, clock_{clock}, timer_{timer}, limits_{limits}, metrics_{metrics}, tasks_{std::move(executor)} {}

void Trimmer::start() { tasks_.spawn("trimmer", run()); }

Task<> Trimmer::stop() { co_await tasks_.stop(kStopGrace); }

Task<> Trimmer::run() {
    co_await notice_cancellation();
    while (!co_await is_cancelled()) {
        co_await trim("changes", &Trimmer::trim_changes);
        co_await trim("dead_letters", &Trimmer::trim_dead_letters);
        co_await trim("attempts", &Trimmer::trim_attempts);
        co_await trim("pending_subscriptions", &Trimmer::trim_pending_subscriptions);
        co_await trim("queues", &Trimmer::trim_queues);
        co_await trim("free_pages", &Trimmer::shrink);
        co_await timer_.wait_until(clock_.now() + kEvery);
    }
}

/// Until there is no more to drop, or it cannot be done now.
Task<> Trimmer::trim(std::string what, Trim some) {
    auto& dropped = metrics_.counter("rialto_storage_trimmed_total", "Rows dropped at the end of their retention.",
                                     {{"what", what}});
    while (!co_await is_cancelled()) {
        const Result<std::size_t> count = co_await (this->*some)(clock_.now());
        if (!count)
            log::warn("what is old could not be dropped", {{"what", what}, {"reason", count.error().message}});
        if (!count || *count == 0)
            co_return;
        dropped.add(static_cast<double>(*count));
    }
}

Task<Result<std::size_t>> Trimmer::trim_changes(TimePoint now) {
    return store_.posts().trim_changes(limits_.changes, now);
}

Task<Result<std::size_t>> Trimmer::trim_dead_letters(TimePoint now) {
    return store_.deliveries().trim_dead_letters(limits_.dead_letters, now);
}

Task<Result<std::size_t>> Trimmer::trim_attempts(TimePoint /*now*/) {
    return store_.deliveries().trim_attempts(limits_.attempts);
}

Task<Result<std::size_t>> Trimmer::trim_pending_subscriptions(TimePoint now) {
    return store_.subscriptions().trim_pending(now - limits_.pending_subscriptions);
}

Task<Result<std::size_t>> Trimmer::trim_queues(TimePoint now) { return store_.queues().trim_queues(now); }

Task<Result<std::size_t>> Trimmer::shrink(TimePoint /*now*/) { return store_.shrink(); }

}  // namespace rialto::storage
