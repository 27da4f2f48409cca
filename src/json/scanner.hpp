#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rialto/base/result.hpp"
#include "rialto/json/value.hpp"

namespace rialto::json {

/// Reads the tokens of a JSON text from front to back.
class Scanner {
public:
    Scanner(std::string_view text, bool reject_half_pairs);

    void skip_space();
    bool at_end() const { return at_ == text_.size(); }
    std::size_t at() const { return at_; }

    /// The next character; NUL at the end, where no token begins with it.
    char peek() const { return at_end() ? '\0' : text_[at_]; }

    /// Moves past `c` if that is the next character.
    bool take(char c);

    /// Each expects its token here and moves past it.
    Status word(std::string_view expected);
    Result<Number> number();
    Result<std::string> string();

    /// `line L, column C: what`, for the byte `at`. Columns count code points.
    Error error(std::size_t at, std::string_view what) const;
    /// The same for the next character, and says if the text just ends.
    Error error(std::string_view what) const;

private:
    Status plain_run(std::string& out);
    Status escape(std::string& out);
    Status unicode_escape(std::string& out, std::size_t start);
    Status half_pair(std::string& out, std::size_t start) const;
    Result<char32_t> four_digits(std::size_t start);
    std::size_t digits();

    std::string_view text_;
    bool reject_half_pairs_;
    bool well_formed_;  // all of it is UTF-8; otherwise the strings are looked through for the fault
    std::size_t at_ = 0;
};

}  // namespace rialto::json
