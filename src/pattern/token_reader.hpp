#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pattern/lexer.hpp"

namespace rialto::pattern {

/// A lexer, and the first thing that was wrong with what it read. Parsing functions return false once something is.
class TokenReader {
public:
    explicit TokenReader(std::string_view text) : lexer_{text} {}

    JsonToken next() { return lexer_.next(); }
    std::size_t offset() const { return lexer_.offset(); }
    std::size_t depth() const { return lexer_.depth(); }

    /// The current token's text into `text`.
    bool read(std::string& text);

    /// Each returns false. If the lexer itself failed, its reason is the one that counts.
    bool fail(const std::string& reason);
    bool fail_without_location(const std::string& reason);

    /// AWS reports what is wrong inside the list of an anything-but from two levels, each adding the place.
    bool fail_in_list();

    /// Takes the next token, and fails unless it is `token`.
    bool expect(JsonToken token, std::string_view reason);

    const std::string& error() const { return error_; }

private:
    Lexer lexer_;
    std::string error_;
};

}  // namespace rialto::pattern
