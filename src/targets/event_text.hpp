#pragma once

#include <string>
#include <string_view>

#include "rialto/base/result.hpp"
#include "rialto/json/value.hpp"

namespace rialto::targets {

/// The text that a JSON path leads to in an event. InvalidArgument if there is none.
Result<std::string> text_at(const json::Value& event, std::string_view path);

/// The same, but empty if there is none.
std::string text_or_empty(const json::Value& event, std::string_view path);

}  // namespace rialto::targets
