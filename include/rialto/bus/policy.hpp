#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rialto::bus {

/// Something that somebody of another account wants to do to a bus.
struct PolicyRequest {
    std::string account;                                       ///< Of whoever asks.
    std::string action;                                        ///< `events:PutEvents`, ...
    std::string resource;                                      ///< ARN of the bus.
    std::vector<std::pair<std::string, std::string>> context;  ///< What conditions may ask about, by their keys.
};

/// Whether a bus's resource policy lets it be done (AWS IAM: policy evaluation logic, resource-based policies): a
/// statement allows it and none denies it. A condition on a key that the request does not have does not hold, unless
/// its operator says otherwise (Not, IfExists, Null, ForAllValues). One whose operator is not known here keeps a
/// statement from allowing, but not from denying. Of policy variables only `${aws:PrincipalAccount}` is known. What is
/// no policy allows nothing.
bool permits(std::string_view policy, const PolicyRequest& request);

}  // namespace rialto::bus
