#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace rialto::pattern {

/// The number that a JSON number text stands for: a double where it can be compared, else (an integer that no double
/// holds) nothing but its digits, which the text next to it has.
struct Number {
    bool comparable = false;
    double value = 0;
};

/// The double that `text`, a JSON number, denotes exactly: text, to double, to the shortest text again gives the same
/// value. AWS compares only such numbers.
std::optional<double> exact_double(std::string_view text);

/// A number as an event has it: decimals are read as the nearest double first, integers keep their digits.
Number event_number(std::string_view text);

/// Whether `text`, a JSON number, has neither fraction nor exponent.
bool is_integer(std::string_view text);

/// How many bytes at the front of `text` are a JSON number (RFC 8259); 0 if none.
std::size_t json_number_length(std::string_view text);

}  // namespace rialto::pattern
