#pragma once

#include <string>

#include "pattern/rules.hpp"
#include "pattern/value.hpp"

namespace rialto::pattern {

/// Appends the condition's tests to `code`, in the form that accepts() runs: packed, so that a rule is one block of
/// memory that is read from front to end.
void encode(const Condition& condition, std::string& code);

/// Whether one of the tests at `code`, as encode() wrote them, holds for `value`.
bool accepts(const char* code, const Value& value);

}  // namespace rialto::pattern
