#include "entities/characters.hpp"

namespace rialto::entities {
namespace {

bool between(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }

bool is_space(char32_t c) {
    return between(c, 0x80, 0xA0) || between(c, 0x2000, 0x200C) || between(c, 0x200E, 0x200F) ||
           between(c, 0x2028, 0x202F) || between(c, 0x205F, 0x206F) || c == 0x3000 || c == 0xFEFF || c == 0xAD;
}

bool is_symbol(char32_t c) {
    return c == 0x200D || between(c, 0x20D0, 0x20FF) || between(c, 0x2190, 0x2BFF) || between(c, 0xFE00, 0xFE0F) ||
           between(c, 0x1F000, 0x1FAFF) || between(c, 0xE0000, 0xE01EF);
}

bool is_punctuation(char32_t c) {
    const bool latin = between(c, 0xA1, 0xBF) && c != 0xAA && c != 0xB5 && c != 0xBA;
    return latin || c == 0xD7 || c == 0xF7 || between(c, 0x2010, 0x205E) || between(c, 0x20A0, 0x20CF) ||
           between(c, 0x3001, 0x3003) || between(c, 0x3008, 0x301F) || between(c, 0xFF01, 0xFF0F) ||
           between(c, 0xFF1A, 0xFF20) || c == 0x060C || c == 0x061B || c == 0x061F || c == 0x06D4 || c == 0x0964;
}

/// Blocks in which capital and small letters alternate; `first` is the parity of the capitals.
char32_t lower_in_pairs(char32_t c, char32_t first) { return (c & 1) == first ? c + 1 : c; }

char32_t lower_extended_latin(char32_t c) {
    if (c == 0x130)
        return U'i';
    if (c == 0x178)
        return 0xFF;
    const bool odd_capitals = between(c, 0x139, 0x148) || between(c, 0x179, 0x17E);
    if (c == 0x138 || c == 0x149 || c == 0x17F)
        return c;
    return lower_in_pairs(c, odd_capitals ? 1 : 0);
}

}  // namespace

CharClass class_beyond_ascii(char32_t c) {
    if (is_symbol(c))
        return CharClass::Symbol;
    if (is_space(c))
        return CharClass::Space;
    return is_punctuation(c) ? CharClass::Punctuation : CharClass::Letter;
}

char32_t lower_beyond_ascii(char32_t c) {
    if (between(c, 0xC0, 0xDE) && c != 0xD7)
        return c + 32;
    if (between(c, 0x100, 0x17F))
        return lower_extended_latin(c);
    if (between(c, 0x391, 0x3A9) || between(c, 0x410, 0x42F))
        return c + 32;
    if (between(c, 0x400, 0x40F))
        return c + 80;
    if (between(c, 0x1E00, 0x1E95) || between(c, 0x1EA0, 0x1EFF))
        return lower_in_pairs(c, 0);
    return c;
}

char32_t upper(char32_t c) {
    if (c < 0x80)
        return c >= U'a' && c <= U'z' ? c - 32 : c;
    constexpr std::array<char32_t, 3> kDistances{1, 32, 80};
    for (const char32_t distance : kDistances)
        if (lower_beyond_ascii(c - distance) == c)
            return c - distance;
    return c == 0xFF ? 0x178 : c;
}

}  // namespace rialto::entities
