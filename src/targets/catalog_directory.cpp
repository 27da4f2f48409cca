#include "rialto/targets/catalog_directory.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "rialto/json/members.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::targets {
namespace {

using json::object_of;
using json::text_of;

/// The resource that an ARN such as `…:connection/NAME/UUID` names, if it still is that very one.
bus::Document find_exact(const bus::Resources& resources, bus::Kind kind, const std::string& text,
                         std::string_view prefix, std::string_view member) {
    const auto arn = model::Arn::parse(text);
    const auto name = arn ? arn->name_after(prefix) : std::nullopt;
    if (!name)
        return nullptr;
    const std::string key = bus::key_of({arn->account, arn->region}, name->substr(0, name->find('/')));
    bus::Document found = resources.find(kind, key);
    return found && text_of(*found, member) == text ? found : nullptr;
}

Fields fields_of(const json::Object& parameters, std::string_view name) {
    Fields fields;
    const json::Value* list = parameters.find(name);
    if (list && list->as_array())
        for (const json::Value& field : *list->as_array())
            if (const json::Object* object = field.as_object())
                fields.emplace_back(text_of(*object, "Key"), text_of(*object, "Value"));
    return fields;
}

Parameters parameters_of(const json::Object* given) {
    if (!given)
        return {};
    return {.headers = fields_of(*given, "HeaderParameters"),
            .query = fields_of(*given, "QueryStringParameters"),
            .body = fields_of(*given, "BodyParameters")};
}

Connection::OAuth oauth_of(const json::Object& oauth) {
    const json::Object* client = object_of(oauth, "ClientParameters");
    return {.endpoint = text_of(oauth, "AuthorizationEndpoint"),
            .method = text_of(oauth, "HttpMethod"),
            .client_id = client ? text_of(*client, "ClientID") : std::string{},
            .client_secret = Secret{client ? text_of(*client, "ClientSecret") : std::string{}},
            .parameters = parameters_of(object_of(oauth, "OAuthHttpParameters"))};
}

}  // namespace

Result<Connection> connection_of(const json::Object& document) {
    Connection connection{.arn = text_of(document, "ConnectionArn"),
                          .credentials = {},
                          .invocation = {},
                          .authorized = text_of(document, "ConnectionState") == "AUTHORIZED",
                          .version = text_of(document, "Version")};
    const json::Object* parameters = object_of(document, "AuthParameters");
    if (!parameters)
        return connection;  // deauthorized
    connection.invocation = parameters_of(object_of(*parameters, "InvocationHttpParameters"));
    if (const json::Object* basic = object_of(*parameters, "BasicAuthParameters"))
        connection.credentials = Connection::Basic{text_of(*basic, "Username"), Secret{text_of(*basic, "Password")}};
    else if (const json::Object* key = object_of(*parameters, "ApiKeyAuthParameters"))
        connection.credentials = Connection::ApiKey{text_of(*key, "ApiKeyName"), Secret{text_of(*key, "ApiKeyValue")}};
    else if (const json::Object* oauth = object_of(*parameters, "OAuthParameters"))
        connection.credentials = oauth_of(*oauth);
    else
        return Error{Errc::Corrupt, "the stored connection " + connection.arn + " has no credentials"};
    return connection;
}

Result<ApiDestination> CatalogDirectory::find(const std::string& arn) const {
    const auto [destination, connection] = catalog_.read([&arn](const bus::Resources& resources) {
        bus::Document found =
            find_exact(resources, bus::Kind::ApiDestination, arn, "api-destination/", "ApiDestinationArn");
        bus::Document used = found ? find_exact(resources, bus::Kind::Connection, text_of(*found, "ConnectionArn"),
                                                "connection/", "ConnectionArn")
                                   : nullptr;
        return std::pair{std::move(found), std::move(used)};
    });
    if (!destination)
        return Error{Errc::NotFound, "The API destination " + arn + " does not exist."};
    if (!connection)
        return Error{Errc::NotFound, "The connection of the API destination " + arn + " does not exist."};
    auto read = connection_of(*connection);
    if (!read)
        return std::move(read).error();
    const json::Value* rate = destination->find("InvocationRateLimitPerSecond");
    ApiDestination found;
    found.arn = arn;
    found.endpoint = text_of(*destination, "InvocationEndpoint");
    found.method = text_of(*destination, "HttpMethod");
    if (rate)
        found.rate_per_second = static_cast<int>(rate->as_int64().value_or(found.rate_per_second));
    found.connection = std::move(*read);
    return found;
}

}  // namespace rialto::targets
