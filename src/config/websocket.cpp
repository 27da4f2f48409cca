#include "config/scalars.hpp"
#include "config/sections.hpp"

namespace rialto::config {

namespace {

constexpr std::size_t kMaxOrigins = 100;

/// As browsers send it (RFC 6454): scheme, host, port unless it is the scheme's own; nothing after it.
bool is_origin(std::string_view text) {
    if (text == "*")
        return true;
    const auto host = text.find("://");
    return host != std::string_view::npos && host > 0 && host + 3 < text.size() &&
           text.find_first_of("/?# *", host + 3) == std::string_view::npos;
}

Result<std::vector<std::string>> read_origins(const Node& list) {
    if (!list.is(Node::Kind::List) || list.items.size() > kMaxOrigins)
        return must_be("a list of at most " + std::to_string(kMaxOrigins) + " origins", list);
    std::vector<std::string> origins;
    for (const auto& item : list.items) {
        if (!item.is(Node::Kind::Scalar) || !is_origin(item.text))
            return must_be("a list of origins such as https://news.example.org, or \"*\" for all", item);
        origins.push_back(item.text);
    }
    return origins;
}

}  // namespace

void read_websocket(MapReader& map, WebSocket& websocket) {
    map.read("maxMessage", websocket.max_message, size_in(1 * kKiB, 16 * kMiB));
    map.read("idleTimeout", websocket.idle_timeout, duration_in(100ms, 1h));
    map.read("queue", websocket.queue, number_in(1, 100'000));
    map.read("maxSubscriptions", websocket.max_subscriptions, number_in(1, 10'000));
    map.read("maxClients", websocket.max_clients, number_in(1, 1'000'000));
    map.read("origins", websocket.origins, read_origins);
    map.read("deflate", websocket.deflate, flag());
    map.section("history", [&websocket](MapReader& history) {
        history.read("entries", websocket.history.entries, number_in(0, 1'000'000));
        history.read("age", websocket.history.age, duration_in(1s, std::chrono::days{365}));
    });
}

}  // namespace rialto::config
