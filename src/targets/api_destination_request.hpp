#pragma once

#include "rialto/base/result.hpp"
#include "rialto/base/secret.hpp"
#include "rialto/delivery/target.hpp"
#include "rialto/http/client.hpp"
#include "rialto/model/rule.hpp"
#include "rialto/targets/destination_directory.hpp"

namespace rialto::targets {

inline constexpr const char* kUserAgent = "Amazon/EventBridge/ApiDestinations";

/// The call that an attempt makes, with all but an OAuth token. What the connection sets overrides what the target
/// sets. The target's values may be paths (`$.detail.id`) into the event; a header or query field whose path leads
/// nowhere is left out. InvalidArgument says what cannot be sent, without its value.
Result<http::ClientRequest> compose(const ApiDestination& destination, const model::ApiDestinationTarget& target,
                                    const delivery::Attempt& attempt);

void set_token(http::ClientRequest& request, const Secret& token);

}  // namespace rialto::targets
