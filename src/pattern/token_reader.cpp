#include "pattern/token_reader.hpp"

namespace rialto::pattern {

bool TokenReader::read(std::string& text) {
    auto value = lexer_.value();
    if (!value)
        return fail("");
    text = std::move(*value);
    return true;
}

bool TokenReader::expect(JsonToken token, std::string_view reason) {
    return next() == token || fail(std::string{reason});
}

bool TokenReader::fail(const std::string& reason) {
    // A place costs a walk over the text, so only for the error that counts.
    if (error_.empty())
        error_ = lexer_.error().empty() ? reason + lexer_.location() : lexer_.error();
    return false;
}

bool TokenReader::fail_without_location(const std::string& reason) {
    if (error_.empty())
        error_ = lexer_.error().empty() ? reason : lexer_.error();
    return false;
}

bool TokenReader::fail_in_list() {
    error_ += lexer_.location();
    return false;
}

}  // namespace rialto::pattern
