#include "targets/http_parameters.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "rialto/base/encoding.hpp"

namespace rialto::targets {
namespace {

constexpr std::size_t kMaxUrl = 16 << 10;
constexpr std::size_t kMaxHeaderValue = 8 << 10;

constexpr std::array kHopByHop = std::to_array<std::string_view>(
    {"connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
     "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "via"});

bool is_hop_by_hop(std::string_view name) {
    std::string lower{name};
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::find(kHopByHop, lower) != kHopByHop.end();
}

/// An endpoint taken apart; a fragment is never sent.
struct Endpoint {
    explicit Endpoint(std::string_view text) {
        text = text.substr(0, text.find('#'));
        const auto scheme = text.find("://");
        const bool has_scheme = scheme != std::string_view::npos && text.find_first_of("/?") == scheme + 1;
        const auto host = has_scheme ? scheme + 3 : 0;
        const auto path_start = std::min(text.find_first_of("/?", host), text.size());
        const auto path_end = std::min(text.find('?', path_start), text.size());
        base = (has_scheme ? "" : "https://") + std::string{text.substr(0, path_start)};
        path = text.substr(path_start, path_end - path_start);
        query = text.substr(std::min(path_end + 1, text.size()));
    }

    std::string base;  ///< Scheme, host and port.
    std::string_view path;
    std::string_view query;
};

Result<std::string> fill_path(std::string_view path, const std::vector<std::string>& values) {
    std::string filled;
    auto value = values.begin();
    for (const char c : path) {
        if (c != '*') {
            filled += c;
            continue;
        }
        if (value == values.end())
            return Error{Errc::InvalidArgument, "the endpoint's path has more * than the target has path values"};
        if (value->empty() || *value == "." || *value == "..")
            return Error{Errc::InvalidArgument, "a path value is empty, or dots that would lead elsewhere"};
        filled += percent_encode(*value++);
    }
    return filled;
}

}  // namespace

void override_with(Fields& fields, const Fields& with) {
    const auto is_replaced = [&with](const Fields::value_type& field) {
        return std::ranges::find(with, field.first, &Fields::value_type::first) != with.end();
    };
    std::erase_if(fields, is_replaced);
    fields.insert(fields.end(), with.begin(), with.end());
}

std::string form_encode(const Fields& fields) {
    std::string text;
    for (const auto& [name, value] : fields)
        text += (text.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
    return text;
}

Status set_headers(http::Headers& headers, const Fields& with) {
    for (const auto& [name, value] : with) {
        if (is_hop_by_hop(name))
            return Error{Errc::InvalidArgument, "the header field " + name + " cannot be set"};
        if (value.size() > kMaxHeaderValue)
            return Error{Errc::InvalidArgument, "the header field " + name + " is longer than 8 KiB"};
        headers.set(name, value);
    }
    return {};
}

Result<std::string> fill_endpoint(std::string_view endpoint, const std::vector<std::string>& path_values,
                                  const Fields& query) {
    const Endpoint parts{endpoint};
    auto path = fill_path(parts.path, path_values);
    if (!path)
        return path;
    std::string url = parts.base + *path;
    const auto added = form_encode(query);
    if (!parts.query.empty() || !added.empty())
        url += "?" + std::string{parts.query} + (parts.query.empty() || added.empty() ? "" : "&") + added;
    if (url.size() > kMaxUrl)
        return Error{Errc::InvalidArgument, "the URL of the call is longer than 16 KiB"};
    return url;
}

}  // namespace rialto::targets
