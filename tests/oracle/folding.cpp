#include "tests/oracle/folding.hpp"

#include <map>
#include <set>
#include <string>

#include "rialto/base/utf8.hpp"

namespace rialto::oracle {
namespace {

struct Cases {
    char32_t character;
    std::string_view lower;
    std::string_view upper;
};

// Made by case_table.py.
constexpr Cases kCases[] = {
#include "case_table.inc"
};

using Spellings = std::set<std::string, std::less<>>;

Spellings spellings(char32_t character) {
    static const auto table = [] {
        std::map<char32_t, Spellings> cases;
        for (const auto& [with_case, lower, upper] : kCases)
            cases[with_case] = {std::string{lower}, std::string{upper}};
        return cases;
    }();
    if (const auto found = table.find(character); found != table.end())
        return found->second;
    std::string itself;
    append_utf8(itself, character);
    return {itself};
}

/// The lengths of all prefixes of `text` that spell `wanted`.
std::set<std::size_t> prefix_lengths(std::string_view text, std::string_view wanted) {
    std::set<std::size_t> lengths{0};
    for (std::size_t at = 0; at < wanted.size();) {
        std::set<std::size_t> longer;
        for (const auto& spelling : spellings(next_code_point(wanted, at))) {
            for (const auto length : lengths) {
                if (text.substr(length).starts_with(spelling))
                    longer.insert(length + spelling.size());
            }
        }
        lengths = longer;
    }
    return lengths;
}

}  // namespace

bool folded_equals(std::string_view text, std::string_view wanted) {
    return prefix_lengths(text, wanted).contains(text.size());
}

bool folded_prefix(std::string_view text, std::string_view wanted) { return !prefix_lengths(text, wanted).empty(); }

bool folded_suffix(std::string_view text, std::string_view wanted) {
    for (std::size_t begin = 0; begin <= text.size(); ++begin) {
        if (folded_equals(text.substr(begin), wanted))
            return true;
    }
    return false;
}

}  // namespace rialto::oracle
