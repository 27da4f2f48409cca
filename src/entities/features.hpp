#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "entities/lexicon.hpp"
#include "entities/word.hpp"

namespace rialto::entities {

/// The features of a sentence's tokens, as hashes: what the trainer learns weights for and the tagger looks up. This is
/// the one place that both share. Keep one and use it again: its memory is reused.
class Features {
public:
    explicit Features(const Lexicon& lexicon) : lexicon_{lexicon} {}

    void read(const std::vector<std::string_view>& sentence);

    /// Appends the features of the token to `features`.
    void append(std::size_t token, std::vector<std::uint64_t>& features) const;

    std::size_t size() const { return words_.size(); }

private:
    std::uint64_t case_mode() const;

    const Lexicon& lexicon_;
    std::vector<Word> words_;
    std::vector<Mentions> mentions_;
    std::uint64_t case_mode_ = 0;  ///< Whether the sentence is written in small letters, in capitals or as usual.
};

}  // namespace rialto::entities
