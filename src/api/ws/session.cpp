#include "api/ws/session.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "rialto/base/log.hpp"

namespace rialto::api::ws {
namespace {

constexpr std::size_t kMaxRefusedInARow = 100;

/// Takes what a channel pushes into the outbox.
class Listener final : public channels::Subscriber {
public:
    Listener(std::shared_ptr<Outbox> outbox, std::shared_ptr<const Source> source)
        : outbox_{std::move(outbox)}, source_{std::move(source)} {}

    void push(const std::shared_ptr<const channels::Pushed>& pushed) noexcept override {
        outbox_->tell(source_, pushed);
    }

private:
    const std::shared_ptr<Outbox> outbox_;
    const std::shared_ptr<const Source> source_;
};

Refusal to_refusal(const Error& error) {
    switch (error.code) {
        case Errc::InvalidArgument:
            return {kBadMessage, error.message};
        case Errc::LimitExceeded:
            return {kTooManyChannels, error.message};
        case Errc::Conflict:
            return {kHistoryCut, error.message};
        default:
            return {kUnavailable, "the server cannot do this now; try again later"};
    }
}

}  // namespace

Session::Session(channels::Channels& channels, const WsOptions& options, const Figures& figures, std::string client)
    : channels_{channels},
      options_{options},
      figures_{figures},
      client_{std::move(client)},
      outbox_{std::make_shared<Outbox>(options.queue, options.queue_bytes)} {}

Task<> Session::serve(http::WebSocket& socket) {
    using asio::experimental::awaitable_operators::operator&&;
    outbox_->say(welcome_frame(client_, options_.max_subscriptions));
    co_await (read_all(socket) && write_all(socket));
    if (outbox_->overflowed()) {
        figures_.slow.add();
        log::info("a WebSocket client was too slow", {{"client", client_}});
    }
}

Task<> Session::read_all(http::WebSocket& socket) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!outbox_->ended()) {
        // A client that does not take its answers is not asked for more.
        co_await outbox_->wait_for_room();
        const auto message = co_await socket.read();
        if (!message)
            break;
        figures_.received.add();
        co_await answer(*message);
    }
    outbox_->end();
    for (auto& [name, active] : active_)
        outbox_->mute(*active.source);
    active_.clear();
}

Task<> Session::write_all(http::WebSocket& socket) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await write_until_end(socket);
    outbox_->end();
}

Task<> Session::write_until_end(http::WebSocket& socket) {
    for (;;) {
        co_await outbox_->wait_for_work();
        auto work = outbox_->take();
        if (!work.texts.empty()) {
            figures_.sent.add(static_cast<double>(work.texts.size()));
            const Status written = co_await socket.write_all(std::move(work.texts));
            if (!written)
                co_return;
        } else if (work.close) {
            co_await socket.close(work.close->code, std::move(work.close->reason));
            co_return;
        } else {  // ended, or cancelled
            co_return;
        }
    }
}

Task<> Session::answer(const http::WebSocket::Message& message) {
    if (!message.text)
        co_return refuse({}, {kBadMessage, "messages are text"});
    auto read = read_message(message.data);
    if (const auto* refusal = std::get_if<Refusal>(&read.content))
        co_return refuse(read.id, *refusal);
    if (auto* asked = std::get_if<Subscribe>(&read.content))
        co_return co_await subscribe(std::move(read.id), std::move(*asked));
    if (const auto* asked = std::get_if<Unsubscribe>(&read.content))
        co_return unsubscribe(read.id, *asked);
    refused_in_a_row_ = 0;
    outbox_->say(pong_frame(read.id));
}

void Session::refuse(const Id& id, const Refusal& refusal) {
    outbox_->say(error_frame(id, refusal));
    if (++refused_in_a_row_ >= kMaxRefusedInARow)
        outbox_->close(kClosePolicy, "too many messages in a row were refused");
}

std::optional<Refusal> Session::refusal_of(const Subscribe& asked) const {
    if (active_.contains(asked.subscription))
        return Refusal{kDuplicateSubscription,
                       "there is a subscription " + json::quote(asked.subscription) + " already"};
    if (active_.size() >= options_.max_subscriptions)
        return Refusal{kTooManySubscriptions,
                       "a client may have " + std::to_string(options_.max_subscriptions) + " subscriptions"};
    return std::nullopt;
}

Task<> Session::subscribe(Id id, Subscribe asked) {
    if (const auto refusal = refusal_of(asked))
        co_return refuse(id, *refusal);
    const auto source = std::make_shared<Source>(event_prefix(asked.subscription, asked.channel));
    auto listener = std::make_shared<Listener>(outbox_, source);
    auto joined = co_await channels_.join(asked.channel, std::move(listener), asked.filter, asked.since);
    if (!joined)
        co_return refuse(id, to_refusal(joined.error()));

    refused_in_a_row_ = 0;
    outbox_->say(subscribed_frame(id, asked, joined->joined()));
    const Status caught_up = co_await catch_up(*joined, source);
    if (!caught_up)
        co_return outbox_->say(error_frame(id, to_refusal(caught_up.error()), asked.subscription));
    active_.emplace(std::move(asked.subscription), Active{source, std::move(*joined)});
}

Task<Status> Session::catch_up(channels::Subscription& subscription, std::shared_ptr<const Source> source) {
    while (!outbox_->ended()) {
        const auto page = co_await subscription.catch_up();
        if (!page)
            co_return page.error();
        if (page->live)
            break;
        for (const auto& entry : page->entries) {
            co_await outbox_->wait_for_room();
            outbox_->tell(source, entry);
        }
    }
    co_return Status{};
}

void Session::unsubscribe(const Id& id, const Unsubscribe& asked) {
    const auto found = active_.find(asked.subscription);
    if (found == active_.end())
        return refuse(id, {kNotSubscribed, "there is no subscription " + json::quote(asked.subscription)});
    refused_in_a_row_ = 0;
    outbox_->mute(*found->second.source);
    active_.erase(found);
    outbox_->say(unsubscribed_frame(id, asked.subscription));
}

}  // namespace rialto::api::ws
