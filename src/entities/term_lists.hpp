#pragma once

#include <string_view>

#include "entities/terms.hpp"

namespace rialto::entities {

/// No word of the lists is longer, in bytes.
inline constexpr std::size_t kLongestTerm = 13;

/// What a word, in small letters, is to the rules. Numbers in digits are not in the lists.
TermKind kind_of_word(std::string_view lower);

}  // namespace rialto::entities
