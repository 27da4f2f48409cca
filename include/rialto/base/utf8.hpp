#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rialto {

/// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// Each byte that is not part of well-formed UTF-8 becomes U+FFFD.
std::string repair_utf8(std::string text);

/// The number of code points in well-formed UTF-8.
std::size_t count_code_points(std::string_view text);

/// The longest prefix of well-formed UTF-8 of at most `bytes` bytes that does not split a code point.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes);

/// The code point that starts at `at`, which is then moved past it. `at` must be inside well-formed UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at);

void append_utf8(std::string& text, char32_t code_point);

}  // namespace rialto
