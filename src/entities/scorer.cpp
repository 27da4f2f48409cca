#include "entities/scorer.hpp"

namespace rialto::entities {

void Scorer::add(std::uint64_t feature, Sums& sums) const {
    const std::uint64_t value = table_.find(feature);
    const std::size_t count = value & ((1U << kCountBits) - 1);
    const std::size_t first = (value >> kCountBits) * sizeof(PackedWeight);
    if (first + count * sizeof(PackedWeight) > weights_.size())
        return;
    const char* at = weights_.data() + first;
    for (std::size_t i = 0; i < count; ++i, at += sizeof(PackedWeight))
        sums[static_cast<unsigned char>(at[0]) % kPaddedLabels] += static_cast<signed char>(at[1]);
}

void Scorer::score(const Features& features, Lattice& lattice, std::vector<std::uint64_t>& scratch) const {
    lattice.resize(features.size());
    for (std::size_t token = 0; token < features.size(); ++token) {
        scratch.clear();
        features.append(token, scratch);
        for (const std::uint64_t feature : scratch)
            table_.prefetch(feature);
        Sums sums{};
        for (const std::uint64_t feature : scratch)
            add(feature, sums);
        Potentials& scores = lattice.scores(token);
        for (std::size_t label = 0; label < kPaddedLabels; ++label)
            scores[label] = static_cast<float>(sums[label]) * step_;
    }
}

}  // namespace rialto::entities
