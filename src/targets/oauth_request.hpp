#pragma once

#include <optional>

#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/base/secret.hpp"
#include "rialto/http/client.hpp"
#include "rialto/targets/destination_directory.hpp"

namespace rialto::targets {

/// A token and how long it holds; without an end, until it is refused.
struct GrantedToken {
    Secret value;
    std::optional<Duration> lifetime;
};

/// The request for a token (RFC 6749 section 4.4): grant_type, client_id and client_secret in a form, or for GET in the
/// query, with the connection's OAuthHttpParameters, which may replace them.
Result<http::ClientRequest> token_request(const Connection::OAuth& oauth);

/// The token in an answer (RFC 6749 section 5.1). Errors hold nothing of it.
Result<GrantedToken> read_token(const http::ClientResponse& response);

}  // namespace rialto::targets
