#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/aws/shape.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws {

/// A value as Java's toString() shows it, which AWS's messages quote: `[Tag(key=a, value=null)]`, `{a=b}`.
std::string print(const json::Value& value, const Shape& shape);

/// With commas between them.
std::string joined(const std::vector<std::string>& texts);

/// A member's name as messages have it: `eventPattern`.
std::string lower_first(std::string_view name);

}  // namespace rialto::api::aws
