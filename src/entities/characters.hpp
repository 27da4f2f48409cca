#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rialto/base/utf8.hpp"

namespace rialto::entities {

enum class CharClass : std::uint8_t { Space, Letter, Digit, Punctuation, Symbol };

/// The classes of ASCII, which nearly all characters are: a table, so that the tokenizer need not call for them.
inline constexpr auto kAsciiClasses = [] {
    std::array<CharClass, 128> classes{};
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        const bool digit = c >= '0' && c <= '9';
        const bool space = c <= ' ' || c == 0x7F;
        classes[c] = letter  ? CharClass::Letter
                     : digit ? CharClass::Digit
                     : space ? CharClass::Space
                             : CharClass::Punctuation;
    }
    return classes;
}();
CharClass class_beyond_ascii(char32_t c);
char32_t lower_beyond_ascii(char32_t c);

/// Control characters, byte-order marks and zero-width spaces count as spaces; emoji and their joiners as symbols;
/// every script's letters and marks as letters.
inline CharClass class_of(char32_t c) { return c < 0x80 ? kAsciiClasses[c] : class_beyond_ascii(c); }

/// Simple lower case of Latin, Greek and Cyrillic; all else is left as it is.
inline char32_t lower(char32_t c) {
    if (c < 0x80)
        return c >= U'A' && c <= U'Z' ? c + 32 : c;
    return lower_beyond_ascii(c);
}

/// The letter of which `c` is the lower case, or `c`.
char32_t upper(char32_t c);

/// A quote that bends, in its ASCII form; all else as it is.
constexpr char32_t straight_quote(char32_t c) {
    if (c == 0x2018 || c == 0x2019)
        return U'\'';
    return c == 0x201C || c == 0x201D ? U'"' : c;
}

struct Char {
    char32_t code;
    std::size_t size;  ///< Bytes; 0 at the end of the text.
};

/// The character at `at`, which is on a code point boundary of well-formed UTF-8 or at its end.
inline Char char_at(std::string_view text, std::size_t at) {
    if (at >= text.size())
        return {0, 0};
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80)
        return {byte, 1};
    std::size_t next = at;
    const char32_t code = next_code_point(text, next);
    return {code, next - at};
}

}  // namespace rialto::entities
