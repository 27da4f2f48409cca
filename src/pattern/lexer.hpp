#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rialto::pattern {

enum class JsonToken : std::uint8_t {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Key,
    String,
    Number,
    True,
    False,
    Null,
    End,
    Failed
};

/// Reads a pattern's JSON token by token, in the order and with the messages of Jackson, which AWS uses: the place that
/// an error names depends on how far that reader has come. A key is read together with its colon and the first token of
/// its value; a string only up to its opening quote until its text is asked for.
class Lexer {
public:
    explicit Lexer(std::string_view text) : text_{text} {}

    /// After Failed comes Failed only.
    JsonToken next();

    /// The text of the current token: a key's or string's content without escapes, anything else as written. Nothing if
    /// a string is broken; next() is then Failed.
    std::optional<std::string> value();

    /// ` at [Source: ...; line: L, column: C]` for the place that has been reached, on a line of its own.
    std::string location() const { return "\n at " + place(at_); }

    /// Where the reader is, as an offset in the text.
    std::size_t offset() const { return at_; }

    /// Why next() is Failed, with its location.
    const std::string& error() const { return error_; }

    std::size_t depth() const { return scopes_.size(); }

private:
    struct Scope {
        bool is_object;
        std::size_t start;
        bool has_members = false;
    };

    JsonToken read();
    JsonToken read_key();
    JsonToken read_value();
    JsonToken close(char c);
    JsonToken read_word(std::string_view word, JsonToken token);
    JsonToken read_number();
    JsonToken reject_value(char c);

    bool skip_comma();
    bool skip_colon();
    bool read_string(std::string* content, std::string_view what);
    bool read_escape(std::string* content);
    bool read_unit(char32_t& unit);
    void skip_space();

    JsonToken fail(const std::string& reason);
    JsonToken fail_at(std::size_t at, const std::string& reason);
    JsonToken fail_unexpected(std::size_t at, std::string_view wanted);
    JsonToken fail_word(std::size_t begin, std::size_t at);
    std::string character(std::size_t at) const;
    std::string source() const;
    std::string place(std::size_t at) const;

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t token_begin_ = 0;
    JsonToken current_ = JsonToken::End;
    bool string_is_open_ = false;         // the current token is a string, and only its quote has been read
    std::optional<JsonToken> after_key_;  // the token that was read with the key
    std::string key_;
    std::string error_;
    std::vector<Scope> scopes_;
};

}  // namespace rialto::pattern
