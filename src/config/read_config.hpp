#pragma once

#include <set>
#include <string>
#include <string_view>

#include "rialto/config/config.hpp"

namespace rialto::config {

/// parse(), which also tells the paths of all keys that it looked for: what schema and reference must have.
Result<Config> read_config(std::string_view text, std::string_view name, const Environment& environment,
                           std::set<std::string>& known);

}  // namespace rialto::config
