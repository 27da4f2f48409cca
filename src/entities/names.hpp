#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "rialto/entities/tagger.hpp"

namespace rialto::entities {

/// What the memory keeps of a token.
struct SeenToken {
    std::uint64_t exact;
    bool plain;  ///< A word that raw text mostly has in small letters, or that has them here.
};

/// The names that were found in a text, and where else they stand in it. A sentence by itself may not tell that
/// "Kim" is a person: others of the same text do.
///
/// Bounded: beyond kMaxNames no new name is kept.
class Names {
public:
    static constexpr std::size_t kMaxNames = 20'000;
    static constexpr std::size_t kMaxTokens = 6;

    /// Takes in what was found in a sentence by itself. Offsets count tokens.
    void note(std::span<const SeenToken> sentence, std::span<const Entity> found);

    /// Puts what is known of other places into `found`, which stays in order and apart.
    void apply(std::span<const SeenToken> sentence, std::vector<Entity>& found) const;

private:
    struct Verdict {
        Type type;
        float votes;  ///< For this type.
        float all;
    };

    std::optional<Verdict> verdict(std::span<const SeenToken> name) const;
    void correct(std::span<const SeenToken> sentence, Entity& entity) const;
    std::optional<Entity> find(std::span<const SeenToken> sentence, std::size_t at) const;

    /// By the hash of a name's tokens, the sum of its mentions' scores for each type.
    std::unordered_map<std::uint64_t, std::array<float, kTypes>> votes_;
    std::unordered_map<std::uint64_t, std::uint8_t> longest_;  ///< By a first token, of the names that begin so.
};

}  // namespace rialto::entities
