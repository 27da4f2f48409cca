#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "entities/features.hpp"
#include "entities/lattice.hpp"
#include "entities/model_file.hpp"

namespace rialto::entities {

/// The learned weights, in place in the model.
class Scorer {
public:
    Scorer(std::string_view features, std::string_view weights, float step)
        : table_{features}, weights_{weights}, step_{step} {}

    /// Fills the lattice with the scores of the sentence's labels. `scratch` is memory to use again.
    void score(const Features& features, Lattice& lattice, std::vector<std::uint64_t>& scratch) const;

private:
    using Sums = std::array<std::int32_t, kPaddedLabels>;
    void add(std::uint64_t feature, Sums& sums) const;

    FeatureTable table_;
    std::string_view weights_;
    float step_;
};

}  // namespace rialto::entities
