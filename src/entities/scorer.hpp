#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "entities/feature_table.hpp"
#include "entities/features.hpp"
#include "entities/lattice.hpp"
#include "entities/model_file.hpp"

namespace rialto::entities {

/// The learned weights, in place in the model.
class Scorer {
public:
    /// A weight is at most 127 and a token has at most kMaxFeatures features.
    using Sums = std::array<std::int16_t, kPaddedLabels>;
    static_assert(127 * kMaxFeatures < INT16_MAX);

    /// Memory to use again from sentence to sentence. What a word adds to the scores around it is kept for those that
    /// come again, since most do.
    struct Scratch {
        struct Known {
            std::uint64_t word = 0;
            bool full = false;
            std::array<Sums, kPositions> sums{};
        };
        std::vector<std::uint64_t> features;  ///< Of all tokens, one after the other.
        std::vector<std::size_t> ends;        ///< For each token, into `features`.
        std::vector<std::uint32_t> values;    ///< Of the table.
        std::vector<Sums> sums;               ///< Of each token.
        std::vector<Known> known;
    };

    Scorer(std::string_view features, std::string_view weights, std::string_view rows, float step)
        : table_{features}, weights_{weights}, rows_{rows}, step_{step} {}

    /// Fills the lattice with the scores of the sentence's labels.
    void score(const Features& features, Lattice& lattice, Scratch& scratch) const;

private:
    using Values = std::span<const std::uint32_t>;

    const Scratch::Known& known(const Word& word, Scratch& scratch) const;
    void look_up(Scratch& scratch) const;
    void prefetch(std::uint32_t value) const;
    void add(Values values, Sums& sums) const;
    void add_rows(Values values, Sums& sums) const;
    void add_weights(Values values, Sums& sums) const;

    FeatureTable table_;
    std::string_view weights_;
    std::string_view rows_;
    float step_;
};

}  // namespace rialto::entities
