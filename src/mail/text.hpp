#pragma once

#include <string>
#include <string_view>

namespace rialto::mail {

/// One code point of `text` at a time, as bytes; a byte that starts none comes as U+FFFD. `at` moves past it.
std::string_view next_character(std::string_view text, std::size_t& at);

/// Line ends, other controls (C0, DEL, C1) and the separators U+2028 and U+2029: what must not stand in a header.
bool is_control(std::string_view character);

/// A letter or digit of ASCII.
bool is_alphanumeric(char c);

bool is_ascii(std::string_view text);

/// One line of well-formed UTF-8: each control becomes a space, each broken byte U+FFFD.
std::string single_line(std::string_view text);

/// Well-formed UTF-8 in which every line, also the last, ends with CRLF. Empty stays empty.
std::string crlf_lines(std::string_view text);

std::string_view trim(std::string_view text);

}  // namespace rialto::mail
