#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "rialto/base/id.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/channels/channels.hpp"
#include "rialto/http/message.hpp"

namespace rialto::api {

struct WsOptions {
    std::size_t queue = 256;              ///< Messages that wait for one client.
    std::size_t queue_bytes = 1 << 20;    ///< Their size; one message may be larger.
    std::size_t max_subscriptions = 100;  ///< Of one client.
    std::size_t max_clients = 10'000;
};

/// The WebSocket protocol of `/ws`, which docs/asyncapi.yaml describes. Thread-safe.
class WebSocketApi {
public:
    /// All references must outlive the last connection.
    WebSocketApi(channels::Channels& channels, WsOptions options, Random& random, metrics::Registry& registry);
    ~WebSocketApi();
    WebSocketApi(const WebSocketApi&) = delete;
    WebSocketApi& operator=(const WebSocketApi&) = delete;

    /// From now on pages of these origins (`https://example.org`) may connect, beside those of the server's own host;
    /// "*" allows all. A request without an Origin, which no browser makes, is always allowed. Who is connected stays.
    void allow_origins(std::vector<std::string> origins);

    /// The answer to `GET /ws`: one that upgrades the connection, or a problem: 403 for an Origin that is not allowed,
    /// 503 for one client too many. The server answers 426 by itself if the request does not ask for a WebSocket.
    http::Response upgrade(const http::RequestHead& head);

    /// Connected at the moment.
    std::size_t clients() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rialto::api
