#include <algorithm>

#include "config/http_parameters.hpp"
#include "config/scalars.hpp"
#include "config/secrets.hpp"
#include "config/sections.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::config {

namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxCredential = 512;

Status credential(const Secret& secret) {
    const std::string& text = secret.reveal();
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (text.empty() || text.size() > kMaxCredential || !is_utf8(text) || std::ranges::any_of(text, is_control))
        return Error{Errc::InvalidArgument, "must be one line of 1 to 512 bytes of UTF-8"};
    return {};
}

void read_credential(MapReader& map, std::string_view key, Secret& secret) {
    if (!read_secret(map, key, secret, credential))
        map.problem(map.mark(), key, "is missing; it may also be in a file, " + std::string{key} + "File");
}

Result<std::string> username(const Node& node) {
    auto text = line_of(1, kMaxCredential)(node);
    if (text && text->contains(':'))  // RFC 7617 has no way to send it
        return must_be("one line without a colon", node);
    return text;
}

void read_basic(MapReader& map, model::Connection::Basic& basic) {
    if (!map.read("username", basic.username, username))
        map.problem(map.mark(), "username", "is missing");
    read_credential(map, "password", basic.password);
}

void read_api_key(MapReader& map, model::Connection::ApiKey& key) {
    if (!map.read("name", key.name, header_name()))
        map.problem(map.mark(), "name", "is missing: the header field that has the key");
    read_credential(map, "value", key.value);
}

void read_oauth(MapReader& map, model::Connection::OAuth& oauth) {
    if (!map.read("clientId", oauth.client_id, line_of(1, kMaxCredential)))
        map.problem(map.mark(), "clientId", "is missing");
    read_credential(map, "clientSecret", oauth.client_secret);
    if (!map.read("endpoint", oauth.endpoint, endpoint_url()))
        map.problem(map.mark(), "endpoint", "is missing: the authorization server's URL for tokens");
    map.read("method", oauth.method, one_of<std::string>({{"GET", "GET"}, {"POST", "POST"}, {"PUT", "PUT"}}));
    read_http_parameters(map, oauth.parameters);
}

/// True if the key is there.
template <class Kind>
bool read_credentials(MapReader& map, std::string_view key, model::Connection& connection,
                      void (*read)(MapReader&, Kind&)) {
    const Node* node = map.find(key);
    if (node == nullptr)
        return false;
    MapReader::read_map(*node, map.path_of(key), map.reading(),
                        [&connection, read](MapReader& keys) { read(keys, connection.credentials.emplace<Kind>()); });
    return true;
}

void read_connection(MapReader& map, model::Connection& connection) {
    map.read("description", connection.description, text_of(0, 512));
    const int kinds = (read_credentials(map, "basic", connection, read_basic) ? 1 : 0) +
                      (read_credentials(map, "apiKey", connection, read_api_key) ? 1 : 0) +
                      (read_credentials(map, "oauth", connection, read_oauth) ? 1 : 0);
    if (kinds != 1)
        map.problem("needs credentials: one of basic, apiKey and oauth");
    read_http_parameters(map, connection.parameters);
}

}  // namespace

void read_connections(MapReader& map, std::vector<model::Connection>& connections) {
    map.each("connections", [&map, &connections](const Entry& entry, const std::string& path) {
        check_name(entry, path, map.reading(), kMaxName, kNameCharacters);
        model::Connection& connection = connections.emplace_back();
        connection.name = entry.key;
        map.reading().connections.insert(entry.key);
        MapReader::read_map(entry.value, path, map.reading(),
                            [&connection](MapReader& keys) { read_connection(keys, connection); });
    });
}

}  // namespace rialto::config
