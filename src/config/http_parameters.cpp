#include "config/http_parameters.hpp"

#include <algorithm>

#include "config/secrets.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/model/endpoint.hpp"

namespace rialto::config {

namespace {

constexpr std::size_t kMaxParameters = 100;
constexpr std::size_t kMaxText = 512;
constexpr std::size_t kMaxUrl = 2048;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_printable(char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

Status in_header(const Secret& value) {
    if (value.reveal().size() > kMaxText || !std::ranges::all_of(value.reveal(), is_printable))
        return Error{Errc::InvalidArgument, "must be at most 512 printable ASCII characters"};
    return {};
}

Status in_query(const Secret& value) {
    if (value.reveal().size() > kMaxText || !is_utf8(value.reveal()) || std::ranges::any_of(value.reveal(), is_control))
        return Error{Errc::InvalidArgument, "must be one line of at most 512 bytes of UTF-8"};
    return {};
}

Status in_body(const Secret& value) {
    if (!is_utf8(value.reveal()))
        return Error{Errc::InvalidArgument, "must be UTF-8"};
    return {};
}

/// One of the three maps.
struct Place {
    std::string_view key;
    std::vector<model::HttpParameter> model::HttpParameters::* list;
    Rule<std::string> name;
    SecretCheck check;
};

/// A text, whose messages do not show it: it may be a secret that was not called one.
Status read_text(const Node& node, SecretCheck check, Secret& value) {
    if (!node.is(Node::Kind::Scalar))
        return Error{Errc::InvalidArgument, "must be a text, or a map with secret or secretFile"};
    value = Secret{node.text};
    return check(value);
}

model::HttpParameter read_parameter(const Entry& entry, const std::string& path, Reading& reading, const Place& place) {
    model::HttpParameter parameter{.name = entry.key, .value = {}, .is_secret = entry.value.is(Node::Kind::Map)};
    if (const auto valid = place.name(make_node(Node::Kind::Scalar, entry.mark, entry.key)); !valid)
        reading.problems.add(entry.mark, path + ": " + valid.error().message);
    if (parameter.is_secret)
        MapReader::read_map(entry.value, path, reading, [&parameter, &place](MapReader& keys) {
            if (!read_secret(keys, "secret", parameter.value, place.check))
                keys.problem("needs secret or secretFile");
        });
    else if (const Status text = read_text(entry.value, place.check, parameter.value);
             !text && !entry.value.is(Node::Kind::Broken))
        reading.problems.add(entry.value.mark, path + ": " + text.error().message);
    return parameter;
}

bool is_of_url(char c) { return is_alphanumeric(c) || std::string_view{"-()_.!~*';/?:@&=+$,%"}.contains(c); }

}  // namespace

void read_http_parameters(MapReader& map, model::HttpParameters& parameters) {
    const Place places[] = {{"headers", &model::HttpParameters::headers, header_name(), in_header},
                            {"query", &model::HttpParameters::query, line_of(1, kMaxText), in_query},
                            {"body", &model::HttpParameters::body, line_of(1, kMaxText), in_body}};
    for (const Place& place : places) {
        auto& list = parameters.*place.list;
        map.each(place.key, [&](const Entry& entry, const std::string& path) {
            list.push_back(read_parameter(entry, path, map.reading(), place));
        });
        if (list.size() > kMaxParameters)
            map.problem(map.find(place.key)->mark, place.key, "has more than 100 entries");
    }
}

Rule<std::string> header_name() {
    return [](const Node& node) -> Result<std::string> {
        const auto allowed = [](char c) {
            return is_alphanumeric(c) || std::string_view{"!#$%&'*+-.^_`|~"}.contains(c);
        };
        if (!node.is(Node::Kind::Scalar) || node.text.empty() || node.text.size() > kMaxText ||
            !std::ranges::all_of(node.text, allowed))
            return must_be("the name of a header field: letters, digits and !#$%&'*+-.^_`|~", node);
        return node.text;
    };
}

Rule<std::string> endpoint_url() {
    return [](const Node& node) -> Result<std::string> {
        if (!node.is(Node::Kind::Scalar) || node.text.size() > kMaxUrl || !std::ranges::all_of(node.text, is_of_url) ||
            !model::is_endpoint(node.text))
            return must_be("an HTTP or HTTPS URL, such as https://api.example.org/orders", node);
        return node.text;
    };
}

}  // namespace rialto::config
