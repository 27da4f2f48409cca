#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "entities/lexicon.hpp"
#include "entities/word.hpp"

namespace rialto::entities {

/// Where a word stands, seen from the token whose features are made.
enum class Position : std::uint8_t { Here, Before, After, Before2, After2 };
inline constexpr std::size_t kPositions = 5;

/// What a token has at most: those of the templates, two for each list that it is in, and one for each that a
/// neighbour is in.
inline constexpr std::size_t kMaxFeatures = 50 + std::size_t{4} * kGazetteerLists;

/// The features of a sentence's tokens, as hashes: what the trainer learns weights for and the tagger looks up. This is
/// the one place that both share. A token's features are those of each word around it by itself, which are the same
/// whenever the word stands there, and those that ask for more. Keep one and use it again: it remembers words.
class Features {
public:
    explicit Features(const Lexicon& lexicon) : lexicon_{lexicon} {}

    void read(const std::vector<std::string_view>& sentence);

    std::size_t size() const { return words_.size(); }
    const std::vector<Word>& words() const { return words_; }

    /// The word there; beyond the ends of the sentence one that stands for them.
    const Word& word(std::size_t token, Position position) const;

    /// Appends the features of one word at a position.
    static void append_of_word(const Word& word, Position position, std::vector<std::uint64_t>& features);
    /// Appends the token's other features.
    void append_joint(std::size_t token, std::vector<std::uint64_t>& features) const;
    /// Appends all.
    void append(std::size_t token, std::vector<std::uint64_t>& features) const;

private:
    /// A word that was read before.
    static constexpr std::size_t kKnownBytes = 23;
    struct Known {
        std::array<char, kKnownBytes> text;
        std::uint8_t size = 0;
        Word word;
    };

    void read_word(std::string_view token);
    void remember(std::string_view token, const Word& word);
    std::uint64_t case_mode() const;

    const Lexicon& lexicon_;
    std::vector<Word> words_;
    std::vector<std::size_t> new_words_;  ///< Whose statistics are still to be read.
    std::vector<Known> known_;
    std::vector<Mentions> mentions_;
    std::uint64_t case_mode_ = 0;  ///< Whether the sentence is written in small letters, in capitals or as usual.
};

}  // namespace rialto::entities
