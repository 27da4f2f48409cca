#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "api/ws/frames.hpp"
#include "api/ws/message.hpp"
#include "api/ws/outbox.hpp"
#include "rialto/api/ws.hpp"
#include "rialto/channels/channels.hpp"
#include "rialto/http/websocket.hpp"

namespace rialto::api::ws {

struct Figures {
    explicit Figures(metrics::Registry& registry);

    metrics::Gauge& clients;
    metrics::Counter& received;
    metrics::Counter& sent;
    metrics::Counter& slow;
    metrics::Counter& wrong_origin;
    metrics::Counter& too_many;
};

/// One client: a coroutine that reads and answers, and one that writes what the outbox has. Lives on the connection's
/// strand; only the outbox is shared with the channels, and may outlive the session.
class Session {
public:
    /// All references must outlive the session.
    Session(channels::Channels& channels, const WsOptions& options, const Figures& figures, std::string client);

    /// Serves the client until the connection is closed.
    Task<> serve(http::WebSocket& socket);

private:
    struct Active {
        std::shared_ptr<Source> source;
        channels::Subscription subscription;
    };

    Task<> read_all(http::WebSocket& socket);
    Task<> write_all(http::WebSocket& socket);
    Task<> write_until_end(http::WebSocket& socket);

    Task<> answer(const http::WebSocket::Message& message);
    Task<> subscribe(Id id, Subscribe asked);
    Task<Status> catch_up(channels::Subscription& subscription, std::shared_ptr<const Source> source);
    void unsubscribe(const Id& id, const Unsubscribe& asked);
    void refuse(const Id& id, const Refusal& refusal);
    std::optional<Refusal> refusal_of(const Subscribe& asked) const;

    channels::Channels& channels_;
    const WsOptions& options_;
    const Figures& figures_;
    const std::string client_;
    const std::shared_ptr<Outbox> outbox_;
    std::map<std::string, Active, std::less<>> active_;  // by name of the subscription
    std::size_t refused_in_a_row_ = 0;
};

}  // namespace rialto::api::ws
