#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rialto/base/result.hpp"

namespace rialto::pattern {

constexpr bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Replaces `decoded` by `content`, the inside of a JSON string, without its escapes. Returns where an escape is wrong,
/// or npos. Half a surrogate pair becomes a question mark.
std::size_t unescape(std::string_view content, std::string& decoded);

Error flaw_at(std::string_view what, std::size_t byte);

/// What is wrong with an event that simdjson could not split into tokens.
Error describe_flaw(std::string_view event);

}  // namespace rialto::pattern
