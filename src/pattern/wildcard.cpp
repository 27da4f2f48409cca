#include "pattern/wildcard.hpp"

#include <algorithm>
#include <string>

#include "pattern/folding.hpp"

namespace rialto::pattern {
namespace {

Error refused(std::string_view reason, std::size_t at) {
    // AWS counts from the quote in front of the text, which is at 0.
    return {Errc::InvalidArgument, std::string{reason} + " at pos " + std::to_string(at + 1)};
}

}  // namespace

Result<Wildcard> Wildcard::parse(std::string_view text) {
    Wildcard wildcard;
    bool after_star = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '*') {
            if (after_star)
                return refused("Consecutive wildcard characters", at - 1);
            wildcard.pieces_.emplace_back();
            after_star = true;
            continue;
        }
        after_star = false;
        if (c != '\\') {
            wildcard.pieces_.back() += c;
            continue;
        }
        if (at + 1 == text.size() || (text[at + 1] != '*' && text[at + 1] != '\\'))
            return refused("Invalid escape character", at);
        wildcard.pieces_.back() += text[++at];
    }
    return wildcard;
}

Wildcard Wildcard::lower_case() const {
    Wildcard lower = *this;
    for (std::string& piece : lower.pieces_)
        std::ranges::transform(piece, piece.begin(), ascii_lower);
    return lower;
}

}  // namespace rialto::pattern
