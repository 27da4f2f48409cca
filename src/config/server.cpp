#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "config/scalars.hpp"
#include "config/sections.hpp"

namespace rialto::config {

namespace {

constexpr std::string_view kListen = "an IP address and a port, such as 0.0.0.0:8080 or [::1]:8080";

bool is_ip_address(int family, const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(family, text.c_str(), address.data()) == 1;
}

Result<std::string> http_url(const Node& node) {
    constexpr std::string_view kWhat = "the address of this server as others see it, such as https://news.example.org";
    auto url = line_of(0, 2048)(node);
    if (!url || url->empty())
        return url;
    const std::string_view rest = url->starts_with("https://")  ? std::string_view{*url}.substr(8)
                                  : url->starts_with("http://") ? std::string_view{*url}.substr(7)
                                                                : std::string_view{};
    if (rest.empty() || rest.starts_with('/') || rest.find_first_of("?#@ \"<>\\") != std::string_view::npos)
        return must_be(kWhat, node);
    while (url->ends_with('/'))
        url->pop_back();
    return url;
}

void read_listen(MapReader& map, Server& server) {
    map.read("listen", server, [&server](const Node& node) -> Result<Server> {
        Server changed = server;
        if (!node.is(Node::Kind::Scalar) || !listen_on(changed, node.text))
            return must_be(kListen, node);
        return changed;
    });
}

void read_tls(MapReader& map, Tls& tls) {
    const auto file = file_beside(map.reading().folder);
    const bool certificate = map.read("certificate", tls.certificate, file);
    const bool key = map.read("key", tls.key, file);
    if (certificate != key)
        map.problem(map.mark(), certificate ? "key" : "certificate", "is missing; TLS needs both");
}

}  // namespace

Status listen_on(Server& server, std::string_view address_and_port) {
    const auto colon = std::min(address_and_port.rfind(':'), address_and_port.size());
    const auto port_text = address_and_port.substr(std::min(colon + 1, address_and_port.size()));
    std::string address{address_and_port.substr(0, colon)};
    const bool bracketed = address.starts_with('[') && address.ends_with(']');
    if (bracketed)
        address = address.substr(1, address.size() - 2);

    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    const bool port_valid = failure == std::errc{} && end == port_text.data() + port_text.size();
    if (!port_valid || !is_ip_address(bracketed ? AF_INET6 : AF_INET, address))
        return Error{Errc::InvalidArgument,
                     "must be " + std::string{kListen} + ", not \"" + std::string{address_and_port} + "\""};
    server.address = std::move(address);
    server.port = port;
    return {};
}

std::string public_url(const Server& server, std::uint16_t port) {
    if (!server.public_url.empty())
        return server.public_url;
    return (server.tls.certificate.empty() ? "http://localhost:" : "https://localhost:") + std::to_string(port);
}

void read_server(MapReader& map, Server& server) {
    read_listen(map, server);
    map.read("publicUrl", server.public_url, http_url);
    map.read("threads", server.threads, number_in(0, 256));
    map.section("tls", [&server](MapReader& tls) { read_tls(tls, server.tls); });
    map.read("maxBody", server.max_body, size_in(64 * kKiB, 64 * kMiB));
    map.read("maxHeader", server.max_header, size_in(1 * kKiB, 1 * kMiB));
    map.read("maxConnections", server.max_connections, number_in(1, 1'000'000));
    map.read("headerTimeout", server.header_timeout, duration_in(100ms, 1h));
    map.read("bodyTimeout", server.body_timeout, duration_in(100ms, 1h));
    map.read("idleTimeout", server.idle_timeout, duration_in(100ms, 1h));
    map.read("writeTimeout", server.write_timeout, duration_in(100ms, 1h));
    map.read("shutdownGrace", server.shutdown_grace, duration_in(0s, 10min));
    map.read("accessLog", server.access_log, flag());
}

}  // namespace rialto::config
