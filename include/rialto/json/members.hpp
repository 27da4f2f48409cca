#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rialto/json/value.hpp"

namespace rialto::json {

/// The member's text; empty if it is not there, or is no text.
std::string text_of(const Object& object, std::string_view name);

/// The member, if it is a whole number of 64 bits.
std::optional<std::int64_t> int64_of(const Object& object, std::string_view name);

/// The member, if it is an object; null if not.
const Object* object_of(const Object& object, std::string_view name);

}  // namespace rialto::json
