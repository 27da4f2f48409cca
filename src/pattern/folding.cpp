#include "pattern/folding.hpp"

#include <ranges>

#include "pattern/case_tables.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::pattern {

FoldedText::FoldedText(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = at;
        const char32_t c = next_code_point(text, at);
        if (c > 0xffff) {
            const std::string itself{text.substr(begin, at - begin)};
            characters_.push_back({itself, itself});
        } else {
            characters_.push_back({lower_case(c), upper_case(c)});
        }
    }
}

// No two forms of a character are prefix or suffix of one another, so the first that fits is the only one.
bool FoldedText::take_all(std::string_view& event) const {
    for (const auto& [lower, upper] : characters_) {
        if (event.starts_with(lower))
            event.remove_prefix(lower.size());
        else if (event.starts_with(upper))
            event.remove_prefix(upper.size());
        else
            return false;
    }
    return true;
}

bool FoldedText::equals(std::string_view event) const { return take_all(event) && event.empty(); }

bool FoldedText::starts(std::string_view event) const { return take_all(event); }

bool FoldedText::ends(std::string_view event) const {
    for (const auto& [lower, upper] : std::views::reverse(characters_)) {
        if (event.ends_with(lower))
            event.remove_suffix(lower.size());
        else if (event.ends_with(upper))
            event.remove_suffix(upper.size());
        else
            return false;
    }
    return true;
}

}  // namespace rialto::pattern
