#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace rialto::oracle {

/// The value of "wildcard": bytes, and nothing where a star stands.
using Wildcard = std::vector<std::optional<char>>;

/// Nothing for two stars in a row, or a backslash in front of anything but a star or a backslash.
std::optional<Wildcard> parse_wildcard(std::string_view text);

bool matches(const Wildcard& wildcard, std::string_view text);

}  // namespace rialto::oracle
