#pragma once

#include <optional>
#include <string_view>

#include "rialto/json/value.hpp"

namespace rialto::bench {

/// What json::parse() would be on RapidJSON's reader, as far as that can go: the same values, depth, well-formed UTF-8,
/// no two members of one name, numbers by their text. It refuses numbers beyond all doubles, and half surrogate pairs
/// always, and knows of a fault only that there is one: nothing is given then.
std::optional<json::Value> rapidjson_parse(std::string_view text);

}  // namespace rialto::bench
