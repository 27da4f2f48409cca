#include <algorithm>

#include "pattern/lexer.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::pattern {
namespace {

constexpr std::size_t kMostSource = 500;  // characters of the pattern that an error shows

std::string hex4(unsigned value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const unsigned shift : {12U, 8U, 4U, 0U})
        text += kDigits[(value >> shift) & 0xf];
    return text;
}

std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    for (std::size_t at = 0; at < text.size(); ++units)
        units += next_code_point(text, at) > 0xffff ? 1 : 0;
    return units;
}

bool is_surrogate(char32_t unit) { return unit >= 0xd800 && unit < 0xe000; }

}  // namespace

// at_ stands behind the opening quote, and afterwards behind the closing one.
bool Lexer::read_string(std::string* content, std::string_view what) {
    string_is_open_ = false;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (static_cast<unsigned char>(c) < 0x20) {
            ++at_;
            fail("Illegal unquoted character (" + character(at_ - 1) +
                 "): has to be escaped using backslash to be included in " +
                 (current_ == JsonToken::String ? "string value" : "name"));
            return false;
        }
        ++at_;
        if (c == '"')
            return true;
        if (c != '\\') {
            if (content)
                *content += c;
        } else if (!read_escape(content)) {
            return false;
        }
    }
    fail("Unexpected end-of-input" + std::string{what});
    return false;
}

bool Lexer::read_escape(std::string* content) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (at_ == text_.size()) {
        fail("Unexpected end-of-input in character escape sequence");
        return false;
    }
    const char c = text_[at_++];
    if (const auto name = kNames.find(c); name != std::string_view::npos) {
        if (content)
            *content += kMeanings[name];
        return true;
    }
    if (c != 'u') {
        fail("Unrecognized character escape " + character(at_ - 1));
        return false;
    }
    char32_t unit = 0;
    if (!read_unit(unit))
        return false;
    if (unit >= 0xd800 && unit < 0xdc00 && text_.substr(at_).starts_with("\\u")) {
        const auto before = at_;
        char32_t low = 0;
        at_ += 2;
        if (!read_unit(low))
            return false;
        if (low >= 0xdc00 && low < 0xe000)
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        else
            at_ = before;
    }
    // Half a pair has no encoding; the service's language writes a question mark.
    if (content)
        append_utf8(*content, is_surrogate(unit) ? U'?' : unit);
    return true;
}

bool Lexer::read_unit(char32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        if (at_ == text_.size()) {
            fail("Unexpected end-of-input in character escape sequence");
            return false;
        }
        const char c = text_[at_++];
        const auto digit = kDigits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c);
        if (digit == std::string_view::npos) {
            fail("Unexpected character (" + character(at_ - 1) +
                 "): expected a hex-digit for character escape sequence");
            return false;
        }
        unit = unit * 16 + static_cast<char32_t>(digit);
    }
    return true;
}

std::string Lexer::character(std::size_t at) const {
    auto end = at;
    const auto c = next_code_point(text_, end);
    if (c < 0x20)
        return "(CTRL-CHAR, code " + std::to_string(static_cast<unsigned>(c)) + ")";
    const auto code = std::to_string(static_cast<unsigned>(c));
    const auto shown = "'" + std::string{text_.substr(at, end - at)} + "' (code " + code;
    return c > 0xff ? shown + " / 0x" + hex4(static_cast<unsigned>(c)) + ")" : shown + ")";
}

std::string Lexer::source() const {
    std::string shown;
    std::size_t at = 0;
    std::size_t units = 0;
    while (at < text_.size() && units < kMostSource) {
        const auto begin = at;
        const auto c = next_code_point(text_, at);
        const bool is_control = c < 0x20 || (c >= 0x7f && c < 0xa0);
        if (is_control && c != '\r' && c != '\n')
            shown += "\\u" + hex4(static_cast<unsigned>(c));
        else
            shown += text_.substr(begin, at - begin);
        units += c > 0xffff ? 2 : 1;
    }
    std::string result = "(String)\"" + shown + '"';
    if (at < text_.size())
        result += "[truncated " + std::to_string(utf16_length(text_.substr(at))) + " chars]";
    return result;
}

std::string Lexer::place(std::size_t at) const {
    const auto before = text_.substr(0, at);
    const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto line = 1 + std::ranges::count(before, '\n');
    const auto column = 1 + utf16_length(before.substr(line_start));
    return "[Source: " + source() + "; line: " + std::to_string(line) + ", column: " + std::to_string(column) + "]";
}

}  // namespace rialto::pattern
