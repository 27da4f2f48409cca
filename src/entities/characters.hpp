#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rialto::entities {

enum class CharClass : std::uint8_t { Space, Letter, Digit, Punctuation, Symbol };

/// Control characters, byte-order marks and zero-width spaces count as spaces; emoji and their joiners as symbols;
/// every script's letters and marks as letters.
CharClass class_of(char32_t c);

/// Simple lower case of Latin, Greek and Cyrillic; all else is left as it is.
char32_t lower(char32_t c);

struct Char {
    char32_t code;
    std::size_t size;  ///< Bytes; 0 at the end of the text.
};

/// The character at `at`, which is on a code point boundary of well-formed UTF-8 or at its end.
Char char_at(std::string_view text, std::size_t at);

}  // namespace rialto::entities
