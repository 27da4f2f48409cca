#pragma once

#include <string>

namespace rialto::pattern {

/// The full case mappings of Unicode, without language and context, of a character of the basic plane, as UTF-8.
std::string lower_case(char32_t c);
std::string upper_case(char32_t c);

}  // namespace rialto::pattern
