#include "json/scanner.hpp"

#include <algorithm>
#include <charconv>

#include "json/plain.hpp"
#include "rialto/base/scan.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
bool is_high_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
bool is_low_surrogate(char32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }

/// What a backslash and this letter stand for; NUL if nothing. Strings that hold JSON are full of these.
constexpr char meaning_of(char letter) {
    switch (letter) {
        case '"':
        case '\\':
        case '/':
            return letter;
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return '\0';
    }
}

/// Where ill-formed UTF-8 first goes wrong.
std::size_t first_fault(std::string_view text) {
    std::size_t at = 0;
    std::size_t length = 1;
    while (length <= 4 && at + length <= text.size()) {
        if (is_utf8(text.substr(at, length))) {
            at += length;
            length = 1;
        } else {
            ++length;
        }
    }
    return at;
}

}  // namespace

Scanner::Scanner(std::string_view text, bool reject_half_pairs)
    : text_{text}, reject_half_pairs_{reject_half_pairs}, well_formed_{is_utf8(text)} {}

void Scanner::skip_space() {
    while (!at_end() && is_space(text_[at_]))
        ++at_;
}

bool Scanner::take(char c) {
    if (at_end() || text_[at_] != c)
        return false;
    ++at_;
    return true;
}

Status Scanner::word(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected))
        return error("expected a value");
    at_ += expected.size();
    return {};
}

std::size_t Scanner::digits() {
    const auto start = at_;
    while (is_digit(peek()))
        ++at_;
    return at_ - start;
}

Result<Number> Scanner::number() {
    const auto start = at_;
    take('-');
    const bool leads_with_zero = peek() == '0';
    const auto whole = digits();
    if (whole == 0)
        return error("expected a digit");
    if (leads_with_zero && whole > 1)
        return error(start, "a number must not begin with 0");
    if (take('.') && digits() == 0)
        return error("expected a digit after the decimal point");
    if (take('e') || take('E')) {
        if (!take('+'))
            take('-');
        if (digits() == 0)
            return error("expected a digit in the exponent");
    }
    return Number{std::string{text_.substr(start, at_ - start)}};
}

Result<std::string> Scanner::string() {
    const auto start = at_++;
    std::string out;
    while (!at_end()) {
        if (Status run = plain_run(out); !run)
            return std::move(run).error();
        if (take('"'))
            return out;
        if (at_end())
            break;
        if (peek() != '\\')
            return error("a control character in a string must be escaped");
        if (Status escaped = escape(out); !escaped)
            return std::move(escaped).error();
    }
    return error(start, "the string is not closed");
}

Status Scanner::plain_run(std::string& out) {
    const auto start = at_;
    const auto run = text_.substr(start, prefix_length(text_.substr(start), is_plain));
    if (!well_formed_ && !is_utf8(run))
        return error(start + first_fault(run), "the text is not well-formed UTF-8");
    out.append(run);
    at_ += run.size();
    return {};
}

Status Scanner::escape(std::string& out) {
    const auto start = at_++;
    if (take('u'))
        return unicode_escape(out, start);
    const char meaning = meaning_of(peek());
    if (meaning == '\0')
        return error(start, "unknown escape in a string");
    out += meaning;
    ++at_;
    return {};
}

Status Scanner::unicode_escape(std::string& out, std::size_t start) {
    const auto first = four_digits(start);
    if (!first)
        return first.error();
    if (!is_high_surrogate(*first) && !is_low_surrogate(*first)) {
        append_utf8(out, *first);
        return {};
    }
    const auto after_first = at_;
    if (is_high_surrogate(*first) && take('\\') && take('u')) {
        const auto second = four_digits(start);
        if (!second)
            return second.error();
        if (is_low_surrogate(*second)) {
            append_utf8(out, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
            return {};
        }
    }
    at_ = after_first;
    return half_pair(out, start);
}

Status Scanner::half_pair(std::string& out, std::size_t start) const {
    if (reject_half_pairs_)
        return error(start, "a surrogate without its partner");
    out += '?';
    return {};
}

Result<char32_t> Scanner::four_digits(std::size_t start) {
    const auto text = text_.substr(at_, 4);
    std::uint32_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.size() < 4 || failure != std::errc{} || end != text.data() + 4)
        return error(start, "\\u needs four hexadecimal digits");
    at_ += 4;
    return static_cast<char32_t>(value);
}

Error Scanner::error(std::size_t at, std::string_view what) const {
    const auto before = text_.substr(0, at);
    const auto line = 1 + std::ranges::count(before, '\n');
    const auto last = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0: the first line
    const auto column = 1 + std::ranges::count_if(last, [](char c) { return !is_continuation(c); });
    return {Errc::InvalidArgument,
            "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + std::string{what}};
}

Error Scanner::error(std::string_view what) const {
    return error(at_, at_end() ? std::string{what} + ", but the text ends" : std::string{what});
}

}  // namespace rialto::json
