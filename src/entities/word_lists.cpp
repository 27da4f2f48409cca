#include "entities/word_lists.hpp"

#include <algorithm>
#include <array>

namespace rialto::entities {
namespace {

using namespace std::string_view_literals;

constexpr auto kAbbreviations = [] {
    std::array words{"adm"sv,  "al"sv,     "apr"sv, "assn"sv, "aug"sv,  "ave"sv, "blvd"sv, "bros"sv, "brig"sv, "capt"sv,
                     "cmdr"sv, "co"sv,     "col"sv, "corp"sv, "cpl"sv,  "dec"sv, "dept"sv, "dr"sv,   "est"sv,  "etc"sv,
                     "feb"sv,  "ft"sv,     "gen"sv, "gov"sv,  "hon"sv,  "inc"sv, "jan"sv,  "jr"sv,   "lt"sv,   "ltd"sv,
                     "maj"sv,  "messrs"sv, "mr"sv,  "mrs"sv,  "ms"sv,   "mt"sv,  "nov"sv,  "oct"sv,  "pres"sv, "prof"sv,
                     "pvt"sv,  "rep"sv,    "rev"sv, "sen"sv,  "sept"sv, "sgt"sv, "sr"sv,   "st"sv,   "univ"sv, "vs"sv};
    std::ranges::sort(words);
    return words;
}();

constexpr std::size_t kLongest = 6;

}  // namespace

bool is_abbreviation(std::string_view word) {
    if (word.size() > kLongest)
        return false;
    std::array<char, kLongest> lower{};
    std::ranges::transform(word, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return std::ranges::binary_search(kAbbreviations, std::string_view{lower.data(), word.size()});
}

}  // namespace rialto::entities
