#pragma once

#include <string>
#include <string_view>

#include "pattern/value.hpp"

/// How texts of others are shown. Those that are for people hold no character that a terminal might obey.
namespace rialto::pattern {

/// As a JSON string, for people too.
std::string quoted(std::string_view text);

/// For people, on one line.
std::string printable(std::string_view text);

/// As JSON, for people too. If it is long it is cut, and "..." is behind it.
std::string shown_value(const Value& value);

/// JSON without the space between its tokens.
std::string without_space(std::string_view json);

}  // namespace rialto::pattern
