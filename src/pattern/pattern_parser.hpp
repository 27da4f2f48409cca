#pragma once

#include <string_view>

#include "pattern/rules.hpp"
#include "rialto/base/result.hpp"

namespace rialto::pattern {

/// The error carries AWS's reason, with the place where it gives one.
Result<Rules> parse_rules(std::string_view text);

}  // namespace rialto::pattern
