#include "pattern/shown_text.hpp"

#include "pattern/json_text.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::pattern {
namespace {

constexpr std::size_t kLongestValue = 80;

/// Including those that turn the direction of writing.
bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void append_escape(std::string& out, char32_t c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U})
        out += kDigits[(c >> shift) & 0xf];
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (is_control(c))
            append_escape(out, c);
        else
            append_utf8(out, c);
    }
    return out;
}

std::string quoted(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '"' || c == '\\')
            escaped += '\\';
        escaped += c;
    }
    return '"' + printable(escaped) + '"';
}

std::string shown_value(const Value& value) {
    const auto kept = utf8_prefix(value.text(), kLongestValue);
    return (value.kind() == Kind::String ? quoted(kept) : std::string{kept}) +
           (kept.size() < value.text().size() ? "..." : "");
}

std::string without_space(std::string_view json) {
    std::string out;
    bool in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (c == '"')
            in_string = !in_string;
        if (in_string || !is_json_space(c))
            out += c;
        if (in_string && c == '\\')
            out += json[++at];
    }
    return out;
}

}  // namespace rialto::pattern
