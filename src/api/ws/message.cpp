#include "api/ws/message.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace rialto::api::ws {
namespace {

constexpr std::size_t kMaxName = 128;  // bytes of an id or of a subscription's name
constexpr std::size_t kMaxDepth = 64;
// Filters are compiled on I/O threads, and a thousand alternatives repeat what they share a thousand times.
constexpr std::size_t kMaxFilter = 2048;
constexpr std::size_t kMaxExpanded = std::size_t{64} << 10U;

using Content = decltype(ClientMessage::content);
using Names = std::initializer_list<std::string_view>;

Refusal bad(std::string message) { return {kBadMessage, std::move(message)}; }

bool is_id(const json::Value& value) {
    if (const auto* text = value.as_string())
        return text->size() <= kMaxName;
    const auto* number = value.as_number();
    return number && number->text.size() <= kMaxName;
}

/// A member that is misspelled must not be silently without effect: a filter, say.
std::optional<Refusal> refuse_others(const json::Object& message, Names known) {
    for (const auto& [name, value] : message)
        if (std::ranges::find(known, name) == known.end())
            return bad("unknown member " + json::quote(name));
    return std::nullopt;
}

/// An empty text if there is no such member.
std::variant<Refusal, std::string> read_name(const json::Object& message, std::string_view member) {
    const auto* value = message.find(member);
    if (!value)
        return std::string{};
    const auto* text = value->as_string();
    if (!text || text->empty() || text->size() > kMaxName)
        return bad("\"" + std::string{member} + "\" must be a string of 1 to 128 bytes");
    return *text;
}

std::variant<Refusal, std::string> read_channel(const json::Object& message) {
    auto name = read_name(message, "channel");
    const auto* text = std::get_if<std::string>(&name);
    if (text && !text->empty() && !channels::is_channel_name(*text))
        return bad("\"channel\" must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'");
    return name;
}

std::optional<channels::Position> read_position(const json::Value& since) {
    if (const auto offset = since.as_int64())
        return *offset >= 0 ? std::optional{channels::Position{.epoch = {}, .offset = *offset}} : std::nullopt;
    const auto* object = since.as_object();
    const auto* offset = object ? object->find("offset") : nullptr;
    if (!offset || !offset->as_int64() || *offset->as_int64() < 0 || refuse_others(*object, {"epoch", "offset"}))
        return std::nullopt;
    channels::Position position{.epoch = {}, .offset = *offset->as_int64()};
    if (const auto* epoch = object->find("epoch")) {
        if (!epoch->as_string())
            return std::nullopt;
        position.epoch = *epoch->as_string();
    }
    return position;
}

std::optional<Refusal> read_since(const json::Object& message, Subscribe& subscribe) {
    const auto* since = message.find("since");
    if (!since)
        return std::nullopt;
    subscribe.since = read_position(*since);
    if (!subscribe.since)
        return bad(R"("since" must be an offset, or {"epoch": string, "offset": number})");
    return std::nullopt;
}

std::optional<Refusal> read_filter(const json::Object& message, Subscribe& subscribe) {
    const auto* filter = message.find("filter");
    if (!filter)
        return std::nullopt;
    const std::string text = json::write(*filter);
    if (text.size() > kMaxFilter)
        return Refusal{kBadFilter, "the filter has more than " + std::to_string(kMaxFilter) + " bytes"};
    auto parsed = pattern::Pattern::parse(text);
    if (!parsed)
        return Refusal{kBadFilter, parsed.error().message};
    if (parsed->expanded_size() > kMaxExpanded)
        return Refusal{kBadFilter, "the filter's $or makes too many alternatives of it"};
    subscribe.filter = std::move(*parsed);
    return std::nullopt;
}

Content read_subscribe(const json::Object& message) {
    if (auto refusal = refuse_others(message, {"type", "id", "channel", "subscription", "filter", "since"}))
        return std::move(*refusal);
    auto channel = read_channel(message);
    if (auto* refusal = std::get_if<Refusal>(&channel))
        return std::move(*refusal);
    auto name = read_name(message, "subscription");
    if (auto* refusal = std::get_if<Refusal>(&name))
        return std::move(*refusal);

    Subscribe subscribe{std::get<std::string>(std::move(name)), std::get<std::string>(std::move(channel)), {}, {}};
    if (subscribe.channel.empty())
        return bad("\"channel\" is missing");
    if (subscribe.subscription.empty())
        subscribe.subscription = subscribe.channel;
    if (auto refusal = read_since(message, subscribe))
        return std::move(*refusal);
    if (auto refusal = read_filter(message, subscribe))
        return std::move(*refusal);
    return subscribe;
}

Content read_unsubscribe(const json::Object& message) {
    if (auto refusal = refuse_others(message, {"type", "id", "channel", "subscription"}))
        return std::move(*refusal);
    for (const auto member : {"subscription", "channel"}) {
        auto name = read_name(message, member);
        if (auto* refusal = std::get_if<Refusal>(&name))
            return std::move(*refusal);
        if (auto& text = std::get<std::string>(name); !text.empty())
            return Unsubscribe{std::move(text)};
    }
    return bad(R"("subscription" or "channel" is missing)");
}

Content read_ping(const json::Object& message) {
    if (auto refusal = refuse_others(message, {"type", "id"}))
        return std::move(*refusal);
    return Ping{};
}

Content read_content(const json::Object& message) {
    const auto* type = message.find("type");
    const auto* word = type ? type->as_string() : nullptr;
    if (!word)
        return bad("\"type\" is missing or not a string");
    if (*word == "subscribe")
        return read_subscribe(message);
    if (*word == "unsubscribe")
        return read_unsubscribe(message);
    if (*word == "ping")
        return read_ping(message);
    return Refusal{kUnknownType, R"(the type must be "subscribe", "unsubscribe" or "ping")"};
}

}  // namespace

ClientMessage read_message(std::string_view text) {
    const auto value = json::parse(text, {.depth = kMaxDepth});
    if (!value)
        return {{}, Refusal{kBadJson, value.error().message}};
    const auto* object = value->as_object();
    if (!object)
        return {{}, bad("a message is a JSON object")};
    const auto* id = object->find("id");
    if (id && !is_id(*id))
        return {{}, bad("\"id\" must be a number or a string of at most 128 bytes")};
    return {id ? std::optional{*id} : std::nullopt, read_content(*object)};
}

}  // namespace rialto::api::ws
