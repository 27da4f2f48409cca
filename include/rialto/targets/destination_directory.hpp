#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/base/secret.hpp"

namespace rialto::targets {

/// Names and values in their order; a name may come more than once.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// AWS: ConnectionHttpParameters. Values may be secret.
struct Parameters {
    Fields headers;
    Fields query;
    Fields body;
};

/// How the calls of its API destinations prove who they come from (AWS: Connection).
struct Connection {
    struct Basic {
        std::string user;
        Secret password;
    };
    struct ApiKey {
        std::string name;  ///< Of the header field.
        Secret value;
    };
    struct OAuth {
        std::string endpoint;         ///< URL of the authorization server's token endpoint; without a scheme, https.
        std::string method = "POST";  ///< GET, POST or PUT.
        std::string client_id;
        Secret client_secret;
        Parameters parameters;  ///< OAuthHttpParameters: of the request for a token only.
    };

    std::string arn;
    std::variant<Basic, ApiKey, OAuth> credentials;
    Parameters invocation;    ///< InvocationHttpParameters: of every call.
    bool authorized = false;  ///< Its state is AUTHORIZED.
    std::string version;      ///< Another one whenever the credentials change: tokens that were got before are dropped.
};

/// An HTTP endpoint that rules may call (AWS: ApiDestination).
struct ApiDestination {
    std::string arn;
    std::string endpoint;         ///< URL, without a scheme https; each `*` in its path stands for a path value.
    std::string method = "POST";  ///< POST, GET, HEAD, OPTIONS, PUT, PATCH or DELETE.
    int rate_per_second = 300;    ///< InvocationRateLimitPerSecond, from 1.
    Connection connection;
};

/// Where API destinations are looked up. Thread-safe; must not block.
class DestinationDirectory {
public:
    virtual ~DestinationDirectory() = default;

    /// The destination with its connection as they are now. NotFound if either is not there.
    virtual Result<ApiDestination> find(const std::string& arn) const = 0;
};

}  // namespace rialto::targets
