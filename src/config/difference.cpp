#include "rialto/config/config.hpp"

namespace rialto::config {

namespace {

/// A key that only a restart changes.
struct FixedKey {
    std::string_view name;
    bool (*same)(const Config& a, const Config& b);
    void (*copy)(const Config& from, Config& to);
};

template <auto Section, auto Member>
constexpr FixedKey fixed(std::string_view name) {
    return {.name = name,
            .same = [](const Config& a, const Config& b) { return (a.*Section).*Member == (b.*Section).*Member; },
            .copy = [](const Config& from, Config& to) { (to.*Section).*Member = (from.*Section).*Member; }};
}

constexpr FixedKey kListen{
    .name = "server.listen",
    .same = [](const Config& a,
               const Config& b) { return a.server.address == b.server.address && a.server.port == b.server.port; },
    .copy =
        [](const Config& from, Config& to) {
            to.server.address = from.server.address;
            to.server.port = from.server.port;
        }};

constexpr FixedKey kFixed[] = {
    kListen,
    fixed<&Config::server, &Server::public_url>("server.publicUrl"),
    fixed<&Config::server, &Server::threads>("server.threads"),
    fixed<&Config::server, &Server::tls>("server.tls"),
    fixed<&Config::server, &Server::max_body>("server.maxBody"),
    fixed<&Config::server, &Server::max_header>("server.maxHeader"),
    fixed<&Config::server, &Server::max_connections>("server.maxConnections"),
    fixed<&Config::server, &Server::header_timeout>("server.headerTimeout"),
    fixed<&Config::server, &Server::body_timeout>("server.bodyTimeout"),
    fixed<&Config::server, &Server::idle_timeout>("server.idleTimeout"),
    fixed<&Config::server, &Server::write_timeout>("server.writeTimeout"),
    fixed<&Config::server, &Server::shutdown_grace>("server.shutdownGrace"),
    fixed<&Config::server, &Server::access_log>("server.accessLog"),
    fixed<&Config::storage, &Storage::data_dir>("storage.dataDir"),
    fixed<&Config::storage, &Storage::min_free>("storage.minFree"),
    fixed<&Config::aws, &Aws::account>("aws.account"),
    fixed<&Config::aws, &Aws::region>("aws.region"),
    fixed<&Config::aws, &Aws::quotas>("aws.quotas"),
    fixed<&Config::log, &Log::format>("log.format"),
    fixed<&Config::mail, &Mail::relay>("mail.relay"),
    fixed<&Config::mail, &Mail::pending_lifetime>("mail.pendingLifetime"),
    fixed<&Config::mail, &Mail::resend_after>("mail.resendAfter"),
    fixed<&Config::entities, &Entities::threads>("entities.threads"),
    fixed<&Config::delivery, &Delivery::concurrency>("delivery.concurrency"),
    fixed<&Config::delivery, &Delivery::memory_queue>("delivery.memoryQueue"),
    fixed<&Config::delivery, &Delivery::first_wait>("delivery.firstWait"),
    fixed<&Config::delivery, &Delivery::longest_wait>("delivery.longestWait"),
    fixed<&Config::delivery, &Delivery::memory>("delivery.memory"),
    fixed<&Config::delivery, &Delivery::max_backlog>("delivery.maxBacklog"),
    fixed<&Config::delivery, &Delivery::breaker>("delivery.breaker"),
    fixed<&Config::delivery, &Delivery::dead_letters>("delivery.deadLetters"),
    fixed<&Config::delivery, &Delivery::attempts>("delivery.attempts"),
    fixed<&Config::outbound, &Outbound::allow_local>("outbound.allowLocal"),
    fixed<&Config::outbound, &Outbound::ca_file>("outbound.caFile"),
    fixed<&Config::websocket, &WebSocket::max_message>("websocket.maxMessage"),
    fixed<&Config::websocket, &WebSocket::idle_timeout>("websocket.idleTimeout"),
    fixed<&Config::websocket, &WebSocket::queue>("websocket.queue"),
    fixed<&Config::websocket, &WebSocket::max_subscriptions>("websocket.maxSubscriptions"),
    fixed<&Config::websocket, &WebSocket::max_clients>("websocket.maxClients"),
    fixed<&Config::websocket, &WebSocket::deflate>("websocket.deflate"),
    fixed<&Config::websocket, &WebSocket::history>("websocket.history"),
    fixed<&Config::posts, &Posts::idempotency_lifetime>("posts.idempotencyLifetime"),
    fixed<&Config::feed, &Feed::max_waiters>("feed.maxWaiters"),
    fixed<&Config::feed, &Feed::heartbeat>("feed.heartbeat"),
    fixed<&Config::feed, &Feed::history>("feed.history"),
    fixed<&Config::testing, &Testing::enabled>("testing.enabled"),
    fixed<&Config::testing, &Testing::virtual_clock>("testing.clock"),
};

}  // namespace

Status check_reload(const Config& running, const Config& next) {
    const auto changed = [](const std::string& key, const std::string& from, const std::string& to) {
        return from == to
                   ? Status{}
                   : Error{Errc::InvalidArgument, key + " is " + from + ", and only a restart can make it " + to};
    };
    if (Status same = changed("aws.account", running.aws.account, next.aws.account); !same)
        return same;
    return changed("aws.region", running.aws.region, next.aws.region);
}

std::vector<std::string> needs_restart(const Config& running, const Config& next) {
    std::vector<std::string> names;
    for (const auto& key : kFixed)
        if (!key.same(running, next))
            names.emplace_back(key.name);
    return names;
}

Config reloaded(const Config& running, const Config& next) {
    auto result = next;
    for (const auto& key : kFixed)
        key.copy(running, result);
    return result;
}

}  // namespace rialto::config
