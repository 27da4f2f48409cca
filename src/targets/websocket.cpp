#include "rialto/targets/websocket.hpp"

#include <utility>

#include "rialto/base/crash_point.hpp"

namespace rialto::targets {

Task<delivery::Outcome> WebSocket::deliver(const delivery::Attempt& attempt) {
    const std::string& channel = std::get<model::WebSocketTarget>(attempt.target).channel;
    auto offset = co_await channels_.publish(channel, attempt.event_id + " " + attempt.rule, attempt.payload);
    crash_point("channel.unrecorded");
    if (!offset)
        co_return delivery::failed(std::move(offset).error());
    co_return delivery::Delivered{};
}

}  // namespace rialto::targets
