#include "tests/oracle/wildcard.hpp"

namespace rialto::oracle {

std::optional<Wildcard> parse_wildcard(std::string_view text) {
    Wildcard wildcard;
    bool after_star = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_star = text[i] == '*';
        if (is_star && after_star)
            return std::nullopt;
        after_star = is_star;
        if (text[i] == '\\' && text.substr(i + 1, 1) != "*" && text.substr(i + 1, 1) != "\\")
            return std::nullopt;
        if (text[i] == '\\')
            ++i;
        wildcard.push_back(is_star ? std::nullopt : std::optional{text[i]});
    }
    return wildcard;
}

bool matches(const Wildcard& wildcard, std::string_view text) {
    // reached[n]: what has been seen of the wildcard so far matches the first n bytes.
    std::vector<bool> reached(text.size() + 1, false);
    reached[0] = true;
    for (const auto& token : wildcard) {
        std::vector<bool> next(text.size() + 1, false);
        for (std::size_t n = 0; n <= text.size(); ++n) {
            if (token)
                next[n] = n > 0 && reached[n - 1] && text[n - 1] == *token;
            else
                next[n] = reached[n] || (n > 0 && next[n - 1]);
        }
        reached = next;
    }
    return reached[text.size()];
}

}  // namespace rialto::oracle
