#include "pattern/wildcard.hpp"

#include <string>

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

bool Wildcard::accepts(std::string_view event) const {
    if (pieces_.size() == 1)
        return event == pieces_.front();
    const auto& head = pieces_.front();
    const auto& tail = pieces_.back();
    if (event.size() < head.size() + tail.size() || !event.starts_with(head) || !event.ends_with(tail))
        return false;
    event = event.substr(head.size(), event.size() - head.size() - tail.size());
    // The leftmost place of each piece leaves the most room for the rest.
    for (std::size_t i = 1; i + 1 < pieces_.size(); ++i) {
        const auto at = event.find(pieces_[i]);
        if (at == std::string_view::npos)
            return false;
        event.remove_prefix(at + pieces_[i].size());
    }
    return true;
}

}  // namespace rialto::pattern
