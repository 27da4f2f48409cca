#include "mail/text.hpp"

#include <algorithm>

#include "rialto/base/utf8.hpp"

namespace rialto::mail {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::size_t length_by_first_byte(char first) {
    const auto byte = static_cast<unsigned char>(first);
    if (byte < 0x80)
        return 1;
    if (byte < 0xE0)
        return 2;
    return byte < 0xF0 ? 3 : 4;
}

}  // namespace

std::string_view next_character(std::string_view text, std::size_t& at) {
    const auto character = text.substr(at, length_by_first_byte(text[at]));
    if (!is_utf8(character)) {
        ++at;
        return kReplacement;
    }
    at += character.size();
    return character;
}

bool is_control(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1)
        return first < 0x20 || first == 0x7F;
    if (character.size() == 2)
        return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
    return character == "\u2028" || character == "\u2029";
}

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string single_line(std::string_view text) {
    std::string line;
    line.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto character = next_character(text, at);
        line += is_control(character) ? " " : character;
    }
    return line;
}

std::string crlf_lines(std::string_view text) {
    std::string lines;
    lines.reserve(text.size() + text.size() / 32 + 2);
    for (std::size_t at = 0; at < text.size();) {
        const auto character = next_character(text, at);
        if (character == "\r" && at < text.size() && text[at] == '\n')
            ++at;
        lines += character == "\r" || character == "\n" ? "\r\n" : character;
    }
    if (!lines.empty() && !lines.ends_with("\r\n"))
        lines += "\r\n";
    return lines;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace rialto::mail
