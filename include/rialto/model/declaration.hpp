#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rialto/base/secret.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::model {

/// An archive of the events of a bus.
struct Archive {
    std::string name;  ///< 1 to 48 characters of [.A-Za-z0-9_-].
    std::string description{};
    std::string bus = "default";
    std::string pattern{};   ///< JSON text of a valid event pattern; empty: all events are archived.
    int retention_days = 0;  ///< 0: for ever.
    bool operator==(const Archive&) const = default;
};

/// A parameter that goes with a request.
struct HttpParameter {
    std::string name;
    Secret value;
    bool is_secret = false;  ///< Whether answers hide its value.
    bool operator==(const HttpParameter&) const = default;
};

struct HttpParameters {
    std::vector<HttpParameter> headers{};
    std::vector<HttpParameter> query{};
    std::vector<HttpParameter> body{};
    bool operator==(const HttpParameters&) const = default;
};

/// How the calls of API destinations prove who they come from.
struct Connection {
    struct Basic {
        std::string username;
        Secret password;
        bool operator==(const Basic&) const = default;
    };
    struct ApiKey {
        std::string name;  ///< Of the header field.
        Secret value;
        bool operator==(const ApiKey&) const = default;
    };
    struct OAuth {  ///< The client credentials grant of RFC 6749, 4.4.
        std::string client_id;
        Secret client_secret;
        std::string endpoint;         ///< URL of the authorization server's token endpoint; without a scheme, https.
        std::string method = "POST";  ///< GET, POST or PUT.
        HttpParameters parameters{};  ///< Of the request for a token.
        bool operator==(const OAuth&) const = default;
    };

    std::string name;  ///< 1 to 64 characters of [.A-Za-z0-9_-].
    std::string description{};
    std::variant<Basic, ApiKey, OAuth> credentials{};
    HttpParameters parameters{};  ///< Of every call.
    bool operator==(const Connection&) const = default;
};

/// An HTTP endpoint that rules may call.
struct ApiDestination {
    std::string name;  ///< 1 to 64 characters of [.A-Za-z0-9_-].
    std::string description{};
    std::string connection{};     ///< The name of a declared one.
    std::string endpoint{};       ///< URL, without a scheme https; each `*` in its path stands for a path value.
    std::string method = "POST";  ///< POST, GET, HEAD, OPTIONS, PUT, PATCH or DELETE.
    int rate_per_second = 300;    ///< From 1.
    bool operator==(const ApiDestination&) const = default;
};

/// All that the configuration declares beside what clients make through the API.
struct Declaration {
    std::vector<Bus> buses{};
    std::vector<Archive> archives{};
    std::vector<Connection> connections{};
    std::vector<ApiDestination> api_destinations{};
    bool operator==(const Declaration&) const = default;
};

/// `arn:aws:events:REGION:ACCOUNT:KIND/NAME/UUID` of a declared connection ("connection") or API destination
/// ("api-destination"). The UUID is made of the rest, so that the ARN is the same after each start and reload.
std::string declared_arn(std::string_view region, std::string_view account, std::string_view kind,
                         std::string_view name);

}  // namespace rialto::model
