#include "rialto/targets/websocket.hpp"

#include <utility>

namespace rialto::targets {

Task<delivery::Outcome> WebSocket::deliver(const delivery::Attempt& attempt) {
    const std::string& channel = std::get<model::WebSocketTarget>(attempt.target).channel;
    auto offset = co_await channels_.publish(channel, attempt.event_id + " " + attempt.rule, attempt.payload);
    if (!offset)
        co_return delivery::failed(std::move(offset).error());
    co_return delivery::Delivered{};
}

}  // namespace rialto::targets
