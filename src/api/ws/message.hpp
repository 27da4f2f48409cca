#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "rialto/channels/channels.hpp"
#include "rialto/json/value.hpp"
#include "rialto/pattern/pattern.hpp"

/// What a client sends over its WebSocket; docs/asyncapi.yaml describes it.
namespace rialto::api::ws {

struct Subscribe {
    std::string subscription;  ///< The name; the channel's unless the client chose one.
    std::string channel;
    std::optional<pattern::Pattern> filter;
    std::optional<channels::Position> since;
};

struct Unsubscribe {
    std::string subscription;
};

struct Ping {};

/// Why a message is refused.
struct Refusal {
    std::string_view code;  ///< One of the codes below.
    std::string message;
};

inline constexpr std::string_view kBadJson = "bad-json";
inline constexpr std::string_view kBadMessage = "bad-message";
inline constexpr std::string_view kUnknownType = "unknown-type";
inline constexpr std::string_view kBadFilter = "bad-filter";
inline constexpr std::string_view kTooManySubscriptions = "too-many-subscriptions";
inline constexpr std::string_view kTooManyChannels = "too-many-channels";
inline constexpr std::string_view kDuplicateSubscription = "duplicate-subscription";
inline constexpr std::string_view kNotSubscribed = "not-subscribed";
inline constexpr std::string_view kHistoryCut = "history-cut";
inline constexpr std::string_view kUnavailable = "unavailable";

struct ClientMessage {
    std::optional<json::Value> id;  ///< A string or a number, to be echoed; also of a message that is refused.
    std::variant<Refusal, Subscribe, Unsubscribe, Ping> content;
};

ClientMessage read_message(std::string_view text);

}  // namespace rialto::api::ws
