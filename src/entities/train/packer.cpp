#include "entities/train/packer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "entities/model_file.hpp"

namespace rialto::entities {
namespace {

/// The largest weight that is kept as it is, in steps of 1/127 of it; the few above it are cut to it.
constexpr float kLargest = 2.5F;
constexpr float kStep = kLargest / 127;

/// Weights below this, and features that have none above the second, change no result that matters.
constexpr float kSmallest = 0.05F;
constexpr float kSmallestBest = 0.14F;

bool is_worth_keeping(const Weights& weights) {
    return std::ranges::any_of(weights, [](float weight) { return std::abs(weight) >= kSmallestBest; });
}

void append_packed(const Weights& weights, std::vector<PackedWeight>& out) {
    for (std::size_t label = 0; label < kLabels; ++label)
        if (std::abs(weights[label]) >= kSmallest)
            out.push_back(
                {static_cast<std::uint8_t>(label),
                 static_cast<std::int8_t>(std::lround(std::clamp(weights[label], -kLargest, kLargest) / kStep))});
}

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace

std::string pack(const Learner& learner, const LexiconBytes& lexicon) {
    std::vector<PackedWeight> weights;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> features;
    for (std::size_t id = 0; id < learner.features().size(); ++id) {
        if (!is_worth_keeping(learner.weights()[id]))
            continue;
        const std::size_t first = weights.size();
        append_packed(learner.weights()[id], weights);
        features.emplace_back(learner.features()[id], first << kCountBits | (weights.size() - first));
    }
    const auto table = FeatureTable::build(features);
    const Parameters parameters{learner.transitions(), kStep};
    return write_model({std::string_view{reinterpret_cast<const char*>(&parameters), sizeof parameters},
                        bytes_of(table), bytes_of(weights), lexicon.words, lexicon.phrases, lexicon.list_sets,
                        lexicon.continuations});
}

}  // namespace rialto::entities
