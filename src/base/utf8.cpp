#include "rialto/base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace rialto {
namespace {

constexpr bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

/// The length of the sequence that `lead` starts, 0 if it starts none.
constexpr std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/// RFC 3629 section 4: the second byte's range keeps out overlong forms, surrogates and what lies above U+10FFFF.
constexpr bool is_second(unsigned char lead, unsigned char second) {
    switch (lead) {
        case 0xe0:
            return second >= 0xa0;
        case 0xed:
            return second <= 0x9f;
        case 0xf0:
            return second >= 0x90;
        case 0xf4:
            return second <= 0x8f;
        default:
            return true;
    }
}

bool is_ascii_block(const char* at) {
    std::uint64_t block = 0;
    std::memcpy(&block, at, sizeof block);
    return (block & 0x8080808080808080U) == 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        if (i + 8 <= text.size() && is_ascii_block(text.data() + i)) {
            i += 8;
            continue;
        }
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = sequence_length(lead);
        if (length == 0 || i + length > text.size())
            return false;
        for (std::size_t k = 1; k < length; ++k)
            if (!is_continuation(text[i + k]))
                return false;
        if (length > 1 && !is_second(lead, static_cast<unsigned char>(text[i + 1])))
            return false;
        i += length;
    }
    return true;
}

std::string repair_utf8(std::string text) {
    if (is_utf8(text))
        return text;
    std::string repaired;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequence_length(static_cast<unsigned char>(text[at]));
        const auto sequence = std::string_view{text}.substr(at, length);
        const bool whole = length != 0 && sequence.size() == length && is_utf8(sequence);
        repaired += whole ? sequence : std::string_view{"\uFFFD"};
        at += whole ? length : 1;
    }
    return repaired;
}

std::size_t count_code_points(std::string_view text) {
    constexpr std::size_t kBlock = 128;  // so that a byte can count it, which makes vector instructions of the loop
    std::size_t count = 0;
    while (!text.empty()) {
        const std::string_view block = text.substr(0, kBlock);
        std::uint8_t here = 0;
        for (const char c : block)
            here = static_cast<std::uint8_t>(here + !is_continuation(c));
        count += here;
        text.remove_prefix(block.size());
    }
    return count;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes) {
    if (bytes >= text.size())
        return text;
    while (bytes > 0 && is_continuation(text[bytes]))
        --bytes;
    return text.substr(0, bytes);
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(lead);
    if (length <= 1)
        return ++at, lead;
    char32_t code_point = lead & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k)
        code_point = code_point << 6U | (static_cast<unsigned char>(text[at + k]) & 0x3fU);
    at += length;
    return code_point;
}

void append_utf8(std::string& text, char32_t code_point) {
    const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | (code_point >> shift & 0x3fU)); };
    if (code_point < 0x80) {
        text += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        text += static_cast<char>(0xc0U | code_point >> 6U);
        tail(0);
    } else if (code_point < 0x10000) {
        text += static_cast<char>(0xe0U | code_point >> 12U);
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xf0U | code_point >> 18U);
        tail(12);
        tail(6);
        tail(0);
    }
}

}  // namespace rialto
