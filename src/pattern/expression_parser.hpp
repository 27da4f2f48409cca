#pragma once

#include <vector>

#include "pattern/rules.hpp"
#include "pattern/token_reader.hpp"

namespace rialto::pattern {

/// Reads the elements of a condition, `["a", 1, {"prefix": "b"}]`, whose opening bracket has been read. False if
/// something is wrong, which `reader` then knows.
bool parse_condition(TokenReader& reader, Condition& condition);

/// Reads the argument of numeric, from its opening bracket on.
bool parse_numeric(TokenReader& reader, NumericRange& range);

/// Reads the argument of anything-but.
bool parse_anything_but(TokenReader& reader, AnythingBut& anything_but);

}  // namespace rialto::pattern
