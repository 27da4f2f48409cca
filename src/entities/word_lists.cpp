#include "entities/word_lists.hpp"

#include <algorithm>
#include <array>

namespace rialto::entities {
namespace {

using namespace std::string_view_literals;

constexpr auto kAbbreviations = [] {
    std::array words{"adm"sv,  "al"sv,    "apr"sv, "assn"sv,   "aug"sv, "ave"sv, "blvd"sv, "bros"sv, "brig"sv, "capt"sv,
                     "cmdr"sv, "co"sv,    "col"sv, "corp"sv,   "cpl"sv, "dec"sv, "dept"sv, "dr"sv,   "est"sv,  "etc"sv,
                     "feb"sv,  "ft"sv,    "gen"sv, "gov"sv,    "hon"sv, "inc"sv, "jan"sv,  "jr"sv,   "jul"sv,  "jun"sv,
                     "lt"sv,   "ltd"sv,   "maj"sv, "messrs"sv, "mr"sv,  "mrs"sv, "ms"sv,   "mt"sv,   "nov"sv,  "oct"sv,
                     "pres"sv, "prof"sv,  "pvt"sv, "rep"sv,    "rev"sv, "sen"sv, "sept"sv, "sgt"sv,  "sr"sv,   "thu"sv,
                     "thur"sv, "thurs"sv, "tue"sv, "tues"sv,   "fri"sv, "rs"sv,  "st"sv,   "univ"sv, "vs"sv};
    std::ranges::sort(words);
    return words;
}();

/// Abbreviations that are words, too.
constexpr std::array kAmbiguous{"mar"sv, "mon"sv, "no"sv, "sat"sv, "sun"sv, "wed"sv};

constexpr std::size_t kLongest = 6;

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/// "Mar. 3", "Sat., 7 June", "No. 10"
bool goes_on(std::string_view after) {
    const std::size_t next = after.find_first_not_of(' ');
    return next != std::string_view::npos && (after[next] == ',' || (after[next] >= '0' && after[next] <= '9'));
}

}  // namespace

bool is_abbreviation(std::string_view word, std::string_view after) {
    if (word.empty() || word.size() > kLongest)
        return false;
    std::array<char, kLongest> small{};
    std::ranges::transform(word, small.begin(), [](char c) { return is_capital(c) ? static_cast<char>(c + 32) : c; });
    const std::string_view lower{small.data(), word.size()};
    return std::ranges::binary_search(kAbbreviations, lower) ||
           (is_capital(word[0]) && std::ranges::binary_search(kAmbiguous, lower) && goes_on(after));
}

}  // namespace rialto::entities
