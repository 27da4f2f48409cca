#pragma once

#include <string>
#include <string_view>

#include "rialto/model/rule.hpp"

namespace rialto::targets {

/// The ARN by which AWS would know the target. What of it the target does not say itself is as in the rule's ARN.
std::string target_arn(const model::TargetKind& kind, std::string_view rule_arn);

}  // namespace rialto::targets
