#include "rialto/targets/websocket.hpp"

#include <utility>

#include "rialto/base/crash_point.hpp"

namespace rialto::targets {

Task<std::vector<delivery::Outcome>> WebSocket::deliver_all(const std::vector<delivery::Attempt>& attempts) {
    std::vector<channels::Channels::Entry> entries;
    entries.reserve(attempts.size());
    for (const auto& attempt : attempts)
        entries.push_back({attempt.event_id + " " + attempt.rule, attempt.payload});
    const std::string& channel = std::get<model::WebSocketTarget>(attempts.front().target).channel;
    auto offsets = co_await channels_.publish(channel, std::move(entries));
    crash_point("channel.unrecorded");
    std::vector<delivery::Outcome> outcomes;
    outcomes.reserve(offsets.size());
    for (auto& offset : offsets) {
        if (offset)
            outcomes.emplace_back(delivery::Delivered{});
        else
            outcomes.emplace_back(delivery::failed(std::move(offset).error()));
    }
    co_return outcomes;
}

}  // namespace rialto::targets
