#include "api/ws/frames.hpp"

#include <utility>

namespace rialto::api::ws {
namespace {

constexpr int kProtocol = 1;

json::Object frame(std::string_view type, const Id& id) {
    json::Object object{{"type", type}};
    if (id)
        object.set("id", *id);
    return object;
}

}  // namespace

std::string welcome_frame(std::string_view client, std::size_t max_subscriptions) {
    auto object = frame("welcome", {});
    object.set("protocol", kProtocol);
    object.set("client", client);
    object.set("maxSubscriptions", max_subscriptions);
    return json::write(std::move(object));
}

std::string subscribed_frame(const Id& id, const Subscribe& asked, const channels::Joined& joined) {
    auto object = frame("subscribed", id);
    object.set("subscription", asked.subscription);
    object.set("channel", asked.channel);
    object.set("epoch", joined.epoch);
    object.set("offset", joined.offset);
    if (asked.since)
        object.set("recovered", joined.recovered);
    return json::write(std::move(object));
}

std::string unsubscribed_frame(const Id& id, std::string_view subscription) {
    auto object = frame("unsubscribed", id);
    object.set("subscription", subscription);
    return json::write(std::move(object));
}

std::string pong_frame(const Id& id) { return json::write(frame("pong", id)); }

std::string error_frame(const Id& id, const Refusal& refusal, const std::optional<std::string>& subscription) {
    auto object = frame("error", id);
    if (subscription)
        object.set("subscription", *subscription);
    object.set("code", refusal.code);
    object.set("message", refusal.message);
    return json::write(std::move(object));
}

std::string event_prefix(std::string_view subscription, std::string_view channel) {
    return R"({"type":"event","subscription":)" + json::quote(subscription) + R"(,"channel":)" + json::quote(channel) +
           R"(,"offset":)";
}

std::string event_frame(std::string_view prefix, const channels::Pushed& pushed) {
    const auto offset = std::to_string(pushed.offset);
    constexpr std::string_view kEvent = R"(,"event":)";
    std::string text;
    text.reserve(prefix.size() + offset.size() + kEvent.size() + pushed.payload.size() + 1);
    text.append(prefix).append(offset).append(kEvent).append(pushed.payload).append("}");
    return text;
}

}  // namespace rialto::api::ws
