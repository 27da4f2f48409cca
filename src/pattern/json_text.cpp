#include "pattern/json_text.hpp"

#include <algorithm>
#include <optional>

#include "rialto/base/utf8.hpp"

namespace rialto::pattern {
namespace {

std::optional<char32_t> hex_unit(std::string_view digits) {
    if (digits.size() < 4)
        return std::nullopt;
    char32_t unit = 0;
    for (const char c : digits.substr(0, 4)) {
        const char lower = static_cast<char>(c | 0x20);
        if (c >= '0' && c <= '9')
            unit = unit * 16 + static_cast<char32_t>(c - '0');
        else if (lower >= 'a' && lower <= 'f')
            unit = unit * 16 + static_cast<char32_t>(lower - 'a' + 10);
        else
            return std::nullopt;
    }
    return unit;
}

/// The character of the escape `\uXXXX` at the front of `text`, or of two that are a pair; then moves past it.
std::optional<char32_t> take_unicode_escape(std::string_view& text) {
    const auto unit = hex_unit(text.substr(2));
    if (!unit)
        return std::nullopt;
    text.remove_prefix(6);
    if (*unit < 0xd800 || *unit >= 0xe000)
        return unit;
    if (*unit < 0xdc00 && text.starts_with("\\u")) {
        const auto low = hex_unit(text.substr(2));
        if (low && *low >= 0xdc00 && *low < 0xe000) {
            text.remove_prefix(6);
            return 0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00);
        }
    }
    return U'?';
}

/// The offset of the first byte that does not belong to well-formed UTF-8.
std::size_t first_bad_byte(std::string_view text) {
    // Halving: a prefix that is cut inside a character is taken back to the character's start.
    std::size_t good = 0;
    std::size_t bad = text.size();
    while (bad - good > 4) {
        std::size_t middle = good + (bad - good) / 2;
        while (middle > good && (static_cast<unsigned char>(text[middle]) & 0xc0) == 0x80)
            --middle;
        if (middle == good)
            return good;
        (is_utf8(text.substr(good, middle - good)) ? good : bad) = middle;
    }
    while (good < text.size()) {
        std::size_t length = 1;
        while (length <= 4 && good + length <= text.size() && !is_utf8(text.substr(good, length)))
            ++length;
        if (length > 4 || good + length > text.size())
            return good;
        good += length;
    }
    return good;
}

}  // namespace

std::size_t unescape(std::string_view content, std::string& decoded) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    decoded.clear();
    std::string_view rest = content;
    while (!rest.empty()) {
        const auto plain = std::min(rest.find('\\'), rest.size());
        decoded += rest.substr(0, plain);
        rest.remove_prefix(plain);
        if (rest.empty())
            break;
        const auto at = content.size() - rest.size();
        if (const auto name = rest.size() > 1 ? kNames.find(rest[1]) : std::string_view::npos;
            name != std::string_view::npos) {
            decoded += kMeanings[name];
            rest.remove_prefix(2);
        } else {
            const auto c = rest.starts_with("\\u") ? take_unicode_escape(rest) : std::nullopt;
            if (!c)
                return at;
            append_utf8(decoded, *c);
        }
    }
    return std::string_view::npos;
}

Error flaw_at(std::string_view what, std::size_t byte) {
    return {Errc::InvalidArgument, "not a valid event: " + std::string{what} + " at byte " + std::to_string(byte)};
}

Error describe_flaw(std::string_view event) {
    if (!is_utf8(event))
        return flaw_at("not UTF-8", first_bad_byte(event));
    std::optional<std::size_t> string;
    for (std::size_t at = 0; at < event.size(); ++at) {
        const char c = event[at];
        if (c == '"')
            string = string ? std::nullopt : std::optional{at};
        else if (string && c == '\\')
            ++at;
        else if (string && static_cast<unsigned char>(c) < 0x20)
            return flaw_at("a control character in a string", at);
    }
    return string ? flaw_at("a string without an end", *string) : flaw_at("no JSON", 0);
}

}  // namespace rialto::pattern
