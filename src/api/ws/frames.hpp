#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api/ws/message.hpp"
#include "rialto/channels/channels.hpp"

/// What the server sends over a WebSocket, as JSON text. `id` is that of the message which is answered.
namespace rialto::api::ws {

using Id = std::optional<json::Value>;

std::string welcome_frame(std::string_view client, std::size_t max_subscriptions);
/// Says `recovered` only to who asked for it with `since`.
std::string subscribed_frame(const Id& id, const Subscribe& asked, const channels::Joined& joined);
std::string unsubscribed_frame(const Id& id, std::string_view subscription);
std::string pong_frame(const Id& id);
/// With `subscription`, that subscription has ended.
std::string error_frame(const Id& id, const Refusal& refusal, const std::optional<std::string>& subscription = {});

/// The part of event frames that is the same for all of a subscription.
std::string event_prefix(std::string_view subscription, std::string_view channel);
std::string event_frame(std::string_view prefix, const channels::Pushed& pushed);

}  // namespace rialto::api::ws
