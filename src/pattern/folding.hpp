#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rialto::pattern {

/// The two forms in which a character of a pattern may stand in an event, where case is ignored.
struct CaseForms {
    std::string lower;
    std::string upper;
};

/// AWS's equals-ignore-case takes each character of the pattern as its lower or its upper case (full mappings, so ß may
/// stand as SS). It is not symmetric. A character beyond the basic plane equals itself only.
std::vector<CaseForms> case_forms(std::string_view text);

bool is_ascii(std::string_view text);

/// A to Z become a to z.
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace rialto::pattern
