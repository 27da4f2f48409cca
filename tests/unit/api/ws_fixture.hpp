#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rialto/api/ws.hpp"
#include "rialto/async/signal.hpp"
#include "rialto/http/websocket.hpp"
#include "rialto/json/value.hpp"
#include "tests/unit/channels/fixture.hpp"

namespace rialto::api {

/// The client's end of a WebSocket, on one thread.
class FakeWebSocket final : public http::WebSocket {
public:
    Task<Result<Message>> read() override {
        for (;;) {
            const auto seen = news_.version();
            if (!incoming_.empty())
                break;
            if (closed_ || !co_await wait(seen))
                co_return Error{Errc::Cancelled, "closed"};
        }
        auto message = std::move(incoming_.front());
        incoming_.pop_front();
        co_return message;
    }

    Task<Status> write(std::string text) override { co_return co_await write_all({std::move(text)}); }

    Task<Status> write_all(std::vector<std::string> texts) override {
        for (;;) {
            const auto seen = news_.version();
            if (closed_)
                co_return Error{Errc::Cancelled, "closed"};
            if (!stuck_)
                break;
            if (!co_await wait(seen))
                co_return Error{Errc::Cancelled, "cancelled"};
        }
        for (auto& text : texts)
            frames.push_back(std::move(text));
        co_return Status{};
    }

    Task<> close(std::uint16_t code, std::string reason) override {
        close_code = code;
        close_reason = std::move(reason);
        hang_up();
        co_return;
    }

    void say(std::string text, bool is_text = true) {
        incoming_.push_back({.data = std::move(text), .text = is_text});
        news_.notify();
    }
    void hang_up() {
        closed_ = true;
        news_.notify();
    }
    /// Takes nothing that is sent while `is`.
    void set_stuck(bool is) {
        stuck_ = is;
        news_.notify();
    }

    std::vector<std::string> frames;  ///< All that was sent, oldest first.
    std::optional<std::uint16_t> close_code;
    std::string close_reason;

private:
    Task<bool> wait(std::uint64_t seen) {
        co_return co_await news_.wait(seen, std::chrono::steady_clock::now() + std::chrono::minutes{1});
    }

    Signal news_;
    std::deque<Message> incoming_;
    bool closed_ = false;
    bool stuck_ = false;
};

/// A server with channels, to which clients connect.
struct WsTest : channels::ChannelsTest {
    explicit WsTest(WsOptions o = {}, channels::ChannelLimits l = {}) : ChannelsTest{l}, options{o} {}
    ~WsTest() {
        for (const auto& client : clients)
            client->socket.hang_up();
        settle();
        stop();
    }

    struct Client {
        FakeWebSocket socket;
        asio::cancellation_signal cancel;
        bool done = false;

        /// The frames since the last call, the welcome aside.
        std::vector<std::string> heard() {
            std::vector<std::string> result;
            for (; read < socket.frames.size(); ++read)
                if (!socket.frames[read].starts_with(R"({"type":"welcome")"))
                    result.push_back(socket.frames[read]);
            return result;
        }
        std::size_t read = 0;
    };

    Client& connect() {
        auto response = api.upgrade(http::RequestHead{});
        auto& client = *clients.emplace_back(std::make_unique<Client>());
        auto on_end =
            asio::bind_cancellation_slot(client.cancel.slot(), [&client](std::exception_ptr) { client.done = true; });
        asio::co_spawn(loop, serve(response.upgrade(client.socket)), std::move(on_end));
        settle();
        return client;
    }

    /// As the server runs it: total cancellation is the server's stop.
    static Task<> serve(Task<> session) {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        co_await std::move(session);
    }

    /// Sends one message and gives what comes back.
    std::vector<std::string> ask(Client& client, std::string text) {
        client.socket.say(std::move(text));
        settle();
        return client.heard();
    }

    WsOptions options;
    SystemRandom random;
    WebSocketApi api{channels, options, random, registry};
    std::vector<std::unique_ptr<Client>> clients;
};

inline std::string text_of(const std::string& frame, std::string_view member) {
    const auto value = json::parse(frame);
    const auto* found = value ? value->find(member) : nullptr;
    return found && found->as_string() ? *found->as_string() : std::string{};
}

inline std::vector<std::string> types_of(const std::vector<std::string>& frames) {
    std::vector<std::string> types;
    for (const auto& frame : frames)
        types.push_back(text_of(frame, "type"));
    return types;
}

}  // namespace rialto::api
