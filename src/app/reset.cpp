#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "app.hpp"
#include "rialto/base/log.hpp"
#include "rialto/bus/replay_document.hpp"

namespace rialto::app {

/// Removes what clients made of buses, rules, archives and queues, and all that is owed; the application's data stays.
/// Once begun it is carried through.
Task<Status> App::reset() {
    co_return co_await asio::co_spawn(loop_, reset_alone(),
                                      asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable));
}

/// Whatever makes events or deliveries ends first, so that little comes after what is removed. If it fails half-way, a
/// second time does the rest.
Task<Status> App::reset_alone() {
    const auto alone = co_await configuring_.lock();
    const auto replays =
        catalog_.read([](const bus::Resources& resources) { return resources.list(bus::Kind::Replay, ""); });
    for (const auto& [key, document] : replays)
        (void)archive_keeper_.replays().cancel(bus::replay_arn(key));
    if (Status reset = co_await catalog_.reset(); !reset)
        co_return reset;
    if (Status cleared = co_await store_->deliveries().clear(); !cleared)
        co_return cleared;
    dispatcher_.forget();
    if (Status cleared = co_await store_->archives().clear(); !cleared)
        co_return cleared;
    std::vector<queues::QueueName> kept;
    for (const config::Queue& queue : config_.queues)
        kept.push_back({config_.aws.account, config_.aws.region, queue.name});
    if (const auto emptied = co_await queues_.reset(std::move(kept)); !emptied)
        co_return Error{Errc::Unavailable, emptied.error().message};
    if (Status declared = co_await declare_queues(config_.queues); !declared)
        co_return declared;
    recent_.clear();
    attempts_.clear();
    unmatched_.clear();
    log::info("reset by a client");
    co_return Status{};
}

}  // namespace rialto::app
