#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "entities/slot_table.hpp"
#include "entities/word.hpp"

namespace rialto::entities {

inline constexpr int kGazetteerLists = 19;
inline constexpr std::size_t kMaxPhraseTokens = 6;

/// Where in a phrase of a list a token stands; 0 if in none.
enum class Place : std::uint8_t { Nowhere, Begin, Inside, Last, Unit };

/// For each list the place of a token in the longest phrase that covers it, and whether all of that phrase's words
/// begin with capitals.
struct Mentions {
    std::uint32_t lists = 0;  ///< A bit for each list with a place below.
    std::array<Place, kGazetteerLists> place;
    std::array<bool, kGazetteerLists> capitalised;  ///< Like `place` good for the lists that have a bit alone.
};

/// The lists of names and the statistics of words, in place in the model.
class Lexicon {
public:
    using WordTable = SlotTable<std::uint64_t, 32>;
    using PhraseTable = SlotTable<std::uint32_t, 9>;

    struct Sections {
        std::string_view words;
        std::string_view phrases;
        std::string_view list_sets;  ///< For a phrase's value the bits of the lists that it is in.
        std::string_view
            continuations;  ///< A Bloom filter of the proper beginnings of phrases, and of those of several words.
    };

    explicit Lexicon(const Sections& sections);

    /// Has what look_up() will look at brought to the cache.
    void prefetch(const Word& word) const;

    /// Fills in the word's statistics and mentions.
    void look_up(Word& word) const;

    /// One for each word of the sentence; all were looked up.
    void find_mentions(const std::vector<Word>& words, std::vector<Mentions>& mentions) const;

    static std::uint64_t phrase_hash(std::uint64_t beginning, std::uint64_t lower_word) {
        return combine(beginning, lower_word);
    }
    static std::uint32_t pack(const WordStatistics& statistics);

private:
    std::uint32_t lists_of(std::uint64_t phrase) const;
    bool continues(std::uint64_t beginning) const;
    std::size_t match(const std::vector<Word>& words, std::size_t at,
                      std::array<std::uint32_t, kMaxPhraseTokens>& lists) const;

    WordTable words_;
    PhraseTable phrases_;
    std::string_view list_sets_;
    std::string_view continuations_;
};

/// The bit of a beginning in a Bloom filter of so many bytes.
inline std::size_t continuation_bit(std::uint64_t beginning, std::size_t bytes) {
    return (beginning >> 20) % (bytes * 8);
}

}  // namespace rialto::entities
