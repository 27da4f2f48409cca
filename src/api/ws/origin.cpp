#include "api/ws/origin.hpp"

#include <algorithm>
#include <string_view>

namespace rialto::api::ws {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

struct Place {
    std::string_view host;
    std::string_view port;
};

Place split(std::string_view authority, std::string_view default_port) {
    const auto colon = authority.rfind(':');
    const bool has_port = colon != authority.npos && authority.find(']', colon) == authority.npos;
    if (!has_port)
        return {authority, default_port};
    return {authority.substr(0, colon), authority.substr(colon + 1)};
}

bool is_own(std::string_view origin, std::string_view host) {
    const auto scheme = origin.find("://");
    if (scheme == origin.npos)  // "null", of a page that hides where it comes from
        return false;
    const std::string_view default_port = same(origin.substr(0, scheme), "https") ? "443" : "80";
    const auto page = split(origin.substr(scheme + 3), default_port);
    const auto server = split(host, default_port);
    return same(page.host, server.host) && page.port == server.port;
}

}  // namespace

bool is_origin_allowed(const http::Headers& headers, const std::vector<std::string>& allowed) {
    const auto origin = headers.find("Origin");
    if (!origin)
        return true;
    auto allows = [&origin](const std::string& one) { return one == "*" || same(one, *origin); };
    if (std::ranges::any_of(allowed, allows))
        return true;
    const auto host = headers.find("Host");
    return host && is_own(*origin, *host);
}

}  // namespace rialto::api::ws
