#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "entities/terms.hpp"

namespace rialto::entities {

enum class Caps : std::uint8_t { None, Lower, Initial, All, Mixed };

/// What raw text says of a lower-cased word. Clusters are of three grains: 64, 256 and 1024.
struct WordStatistics {
    bool has_clusters = false;
    std::array<std::uint16_t, 3> clusters{};
    std::uint8_t true_case =
        0;  ///< 0: never seen; else 1 + how often it begins with a capital in mid-sentence, 0 to 5.
};

/// What the name lists say of a word by itself.
struct WordMentions {
    std::uint32_t lists = 0;  ///< Those that have it as a name, a bit each.
    bool continues = false;   ///< Longer names may begin with it.
};

/// A token as the features see it: hashes of its forms. Quotes are straightened; in `lower` digits are 0.
struct Word {
    std::uint64_t exact;
    std::uint64_t lower;
    std::uint64_t shape;                    ///< Runs of one class shortened to one: "Xx", "0-0".
    std::uint64_t long_shape;               ///< To four.
    std::array<std::uint64_t, 3> prefixes;  ///< Of 2, 3 and 4 bytes; 0 if the word is shorter.
    std::array<std::uint64_t, 3> suffixes;
    Caps caps;
    Term term;  ///< For the rules.
    WordStatistics statistics;
    WordMentions mentions;
};

/// All but the statistics and mentions. Of a very long word only the beginning counts.
Word make_word(std::string_view token);

}  // namespace rialto::entities
