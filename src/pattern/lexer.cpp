#include "pattern/lexer.hpp"

#include <algorithm>

#include "pattern/number.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::pattern {
namespace {

constexpr std::string_view kValidTokens = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

bool is_word_start(char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u == '_' || u == '$' || u >= 0x80;
}
bool is_word_part(char c) { return is_word_start(c) || (c >= '0' && c <= '9'); }

}  // namespace

JsonToken Lexer::next() {
    if (!error_.empty())
        return JsonToken::Failed;
    if (string_is_open_ && !read_string(nullptr, ": was expecting closing quote for a string value"))
        return JsonToken::Failed;
    if (after_key_) {
        current_ = *after_key_;
        after_key_.reset();
    } else {
        current_ = read();
    }
    string_is_open_ = current_ == JsonToken::String;
    if (current_ == JsonToken::ObjectStart || current_ == JsonToken::ArrayStart)
        scopes_.push_back({current_ == JsonToken::ObjectStart, token_begin_});
    return current_;
}

std::optional<std::string> Lexer::value() {
    if (current_ == JsonToken::Key)
        return key_;
    if (current_ != JsonToken::String)
        return std::string{text_.substr(token_begin_, at_ - token_begin_)};
    std::string content;
    if (!read_string(&content, ": was expecting closing quote for a string value"))
        return std::nullopt;
    return content;
}

JsonToken Lexer::read() {
    skip_space();
    if (scopes_.empty())
        return at_ == text_.size() ? JsonToken::End : read_value();
    Scope& scope = scopes_.back();
    if (at_ == text_.size())
        return fail(std::string{"Unexpected end-of-input: expected close marker for "} +
                    (scope.is_object ? "Object" : "Array") + " (start marker at " + place(scope.start) + ")");
    if (text_[at_] == '}' || text_[at_] == ']')
        return close(text_[at_]);
    if (scope.has_members && !skip_comma())
        return JsonToken::Failed;
    scope.has_members = true;
    return scope.is_object ? read_key() : read_value();
}

JsonToken Lexer::close(char c) {
    const Scope scope = scopes_.back();
    token_begin_ = at_++;
    if (scope.is_object != (c == '}'))
        return fail(std::string{"Unexpected close marker '"} + c + "': expected '" + (scope.is_object ? '}' : ']') +
                    "' (for " + (scope.is_object ? "Object" : "Array") + " starting at " + place(scope.start) + ")");
    scopes_.pop_back();
    return c == '}' ? JsonToken::ObjectEnd : JsonToken::ArrayEnd;
}

JsonToken Lexer::read_key() {
    if (text_[at_] != '"')
        return fail_unexpected(at_, "was expecting double-quote to start field name");
    ++at_;
    key_.clear();
    if (!read_string(&key_, " in field name") || !skip_colon())
        return JsonToken::Failed;
    const JsonToken first = read_value();
    if (first == JsonToken::Failed)
        return first;
    after_key_ = first;
    return JsonToken::Key;
}

bool Lexer::skip_comma() {
    const auto kind = scopes_.back().is_object ? std::string{"Object"} : std::string{"Array"};
    if (text_[at_] != ',') {
        ++at_;
        fail("Unexpected character (" + character(at_ - 1) + "): was expecting comma to separate " + kind + " entries");
        return false;
    }
    ++at_;
    skip_space();
    if (at_ < text_.size())
        return true;
    fail("Unexpected end-of-input within/between " + kind + " entries");
    return false;
}

bool Lexer::skip_colon() {
    skip_space();
    if (at_ < text_.size() && text_[at_] != ':') {
        fail_unexpected(at_, "was expecting a colon to separate field name and value");
        return false;
    }
    at_ = std::min(at_ + 1, text_.size());
    skip_space();
    if (at_ < text_.size())
        return true;
    fail("Unexpected end-of-input within/between Object entries");
    return false;
}

JsonToken Lexer::read_value() {
    token_begin_ = at_;
    const char c = text_[at_];
    switch (c) {
        case '"':
            ++at_;
            return JsonToken::String;
        case '[':
            ++at_;
            return JsonToken::ArrayStart;
        case '{':
            ++at_;
            return JsonToken::ObjectStart;
        case 't':
            return read_word("true", JsonToken::True);
        case 'f':
            return read_word("false", JsonToken::False);
        case 'n':
            return read_word("null", JsonToken::Null);
        default:
            return c == '-' || (c >= '0' && c <= '9') ? read_number() : reject_value(c);
    }
}

JsonToken Lexer::read_word(std::string_view word, JsonToken token) {
    const auto rest = text_.substr(at_);
    const auto same = std::ranges::mismatch(rest, word).in1 - rest.begin();
    at_ += static_cast<std::size_t>(same);
    if (static_cast<std::size_t>(same) == word.size() && (at_ == text_.size() || !is_word_part(text_[at_])))
        return token;
    return fail_word(token_begin_, at_);
}

JsonToken Lexer::read_number() {
    const auto rest = text_.substr(at_);
    const auto length = json_number_length(rest);
    if (length > 0) {
        at_ += length;
        return JsonToken::Number;
    }
    const auto digits = rest.substr(rest.starts_with('-') ? 1 : 0);
    if (digits.starts_with("INF") || digits.starts_with("Infinity"))
        return fail("Non-standard token '-Infinity': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow");
    if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
        return fail("Invalid numeric value: Leading zeroes not allowed");
    const auto wrong = std::min(rest.find_first_not_of("-0123456789.eE+"), rest.size());
    if (wrong == rest.size())
        return fail_at(text_.size(), "Unexpected end-of-input in a Number value");
    const std::string_view why = digits.empty() || digits[0] < '0' || digits[0] > '9'
                                     ? "expected digit (0-9) to follow minus sign, for valid numeric value"
                                 : rest[wrong - 1] == '.' ? "Decimal point not followed by a digit"
                                                          : "Exponent indicator not followed by a digit";
    return fail_at(at_ + wrong + 1,
                   "Unexpected character (" + character(at_ + wrong) + ") in numeric value: " + std::string{why});
}

JsonToken Lexer::reject_value(char c) {
    for (const std::string_view token : {"NaN", "Infinity"}) {
        if (!text_.substr(at_).starts_with(token))
            continue;
        at_ += token.size();
        return fail("Non-standard token '" + std::string{token} +
                    "': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow");
    }
    if (is_word_start(c))
        return fail_word(at_, at_);
    return fail_unexpected(at_, "expected a valid value " + std::string{kValidTokens});
}

JsonToken Lexer::fail_word(std::size_t begin, std::size_t at) {
    while (at < text_.size() && is_word_part(text_[at]))
        ++at;
    return fail_at(at, "Unrecognized token '" + std::string{text_.substr(begin, at - begin)} + "': was expecting " +
                           std::string{kValidTokens});
}

void Lexer::skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

JsonToken Lexer::fail(const std::string& reason) { return fail_at(at_, reason); }

JsonToken Lexer::fail_at(std::size_t at, const std::string& reason) {
    at_ = at;
    error_ = reason + location();
    return JsonToken::Failed;
}

JsonToken Lexer::fail_unexpected(std::size_t at, std::string_view wanted) {
    return fail_at(at, "Unexpected character (" + character(at) + "): " + std::string{wanted});
}

}  // namespace rialto::pattern
