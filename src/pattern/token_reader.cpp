#include "pattern/token_reader.hpp"

namespace rialto::pattern {

bool TokenReader::read(std::string& text) {
    auto value = lexer_.value();
    if (!value)
        return fail("");
    text = std::move(*value);
    return true;
}

bool TokenReader::expect(Token token, std::string_view reason) { return next() == token || fail(std::string{reason}); }

bool TokenReader::set_error(const std::string& error, bool replace) {
    if (replace)
        error_ = error;
    else if (error_.empty())
        error_ = lexer_.error().empty() ? error : lexer_.error();
    return false;
}

}  // namespace rialto::pattern
