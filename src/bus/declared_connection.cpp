#include <cstddef>
#include <utility>

#include "bus/declared.hpp"
#include "rialto/base/id.hpp"

namespace rialto::bus {
namespace {

json::Array list_of(const std::vector<model::HttpParameter>& parameters) {
    json::Array list;
    for (const model::HttpParameter& one : parameters)
        list.emplace_back(
            json::Object{{"Key", one.name}, {"Value", one.value.reveal()}, {"IsValueSecret", one.is_secret}});
    return list;
}

/// Sets the member if there are any.
void set_parameters(const char* member, const model::HttpParameters& parameters, json::Object& holder) {
    json::Object http;
    if (!parameters.headers.empty())
        http.set("HeaderParameters", list_of(parameters.headers));
    if (!parameters.query.empty())
        http.set("QueryStringParameters", list_of(parameters.query));
    if (!parameters.body.empty())
        http.set("BodyParameters", list_of(parameters.body));
    if (!http.empty())
        holder.set(member, std::move(http));
}

/// AuthorizationType, and the member of AuthParameters that it takes.
struct CredentialsOf {
    json::Object& connection;
    json::Object& parameters;

    void operator()(const model::Connection::Basic& basic) const {
        connection.set("AuthorizationType", "BASIC");
        parameters.set("BasicAuthParameters",
                       json::Object{{"Username", basic.username}, {"Password", basic.password.reveal()}});
    }
    void operator()(const model::Connection::ApiKey& key) const {
        connection.set("AuthorizationType", "API_KEY");
        parameters.set("ApiKeyAuthParameters",
                       json::Object{{"ApiKeyName", key.name}, {"ApiKeyValue", key.value.reveal()}});
    }
    void operator()(const model::Connection::OAuth& oauth) const {
        connection.set("AuthorizationType", "OAUTH_CLIENT_CREDENTIALS");
        json::Object client{{"ClientID", oauth.client_id}, {"ClientSecret", oauth.client_secret.reveal()}};
        json::Object credentials{{"ClientParameters", std::move(client)},
                                 {"AuthorizationEndpoint", oauth.endpoint},
                                 {"HttpMethod", oauth.method}};
        set_parameters("OAuthHttpParameters", oauth.parameters, credentials);
        parameters.set("OAuthParameters", std::move(credentials));
    }
};

/// Of the secret that AWS would keep the credentials in: the same whenever the connection is.
std::string secret_arn(const std::string& name, const std::string& connection, const Identity& ours) {
    constexpr std::size_t kSuffix = 6;
    const std::string id = uuid_of("secret of " + connection);
    return "arn:aws:secretsmanager:" + ours.region + ':' + ours.account + ":secret:events!connection/" + name + '/' +
           id + '-' + id.substr(0, kSuffix);
}

}  // namespace

json::Object connection_document(const model::Connection& connection, const Identity& ours, TimePoint born) {
    const std::string arn = model::declared_arn(ours.region, ours.account, "connection", connection.name);
    json::Object document{{"ConnectionArn", arn}, {"Name", connection.name}, {"CreationTime", whole_second(born)}};
    json::Object parameters;
    std::visit(CredentialsOf{document, parameters}, connection.credentials);
    set_parameters("InvocationHttpParameters", connection.parameters, parameters);
    if (!connection.description.empty())
        document.set("Description", connection.description);
    document.set("LastModifiedTime", whole_second(born));
    document.set("Version", uuid_of(json::write(parameters)));
    document.set("AuthParameters", std::move(parameters));
    document.set("ConnectionState", "AUTHORIZED");
    document.set("LastAuthorizedTime", whole_second(born));
    document.set("SecretArn", secret_arn(connection.name, arn, ours));
    document.set("ManagedBy", kManagedByConfig);
    return document;
}

json::Object api_destination_document(const model::ApiDestination& destination, const Identity& ours, TimePoint born) {
    const auto arn_of = [&ours](const char* kind, const std::string& name) {
        return model::declared_arn(ours.region, ours.account, kind, name);
    };
    json::Object document{{"ApiDestinationArn", arn_of("api-destination", destination.name)},
                          {"Name", destination.name},
                          {"InvocationRateLimitPerSecond", destination.rate_per_second},
                          {"CreationTime", whole_second(born)},
                          {"ConnectionArn", arn_of("connection", destination.connection)},
                          {"InvocationEndpoint", destination.endpoint},
                          {"HttpMethod", destination.method}};
    if (!destination.description.empty())
        document.set("Description", destination.description);
    document.set("LastModifiedTime", whole_second(born));
    document.set("ManagedBy", kManagedByConfig);
    return document;
}

}  // namespace rialto::bus
