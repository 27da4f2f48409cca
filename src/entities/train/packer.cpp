#include "entities/train/packer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "entities/feature_table.hpp"
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

std::int8_t packed(float weight) {
    return static_cast<std::int8_t>(std::lround(std::clamp(weight, -kLargest, kLargest) / kStep));
}

std::vector<PackedWeight> packed(const Weights& weights) {
    std::vector<PackedWeight> out;
    for (std::size_t label = 0; label < kLabels; ++label)
        if (std::abs(weights[label]) >= kSmallest)
            out.push_back({static_cast<std::uint8_t>(label), packed(weights[label])});
    return out;
}

PackedRow row_of(const std::vector<PackedWeight>& weights) {
    PackedRow row{};
    for (const PackedWeight& weight : weights)
        row[weight.label] = weight.value;
    return row;
}

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace

std::string pack(const Learner& learner, const LexiconBytes& lexicon) {
    std::vector<PackedWeight> weights;
    std::vector<PackedRow> rows;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> features;
    for (std::size_t id = 0; id < learner.features().size(); ++id) {
        if (!is_worth_keeping(learner.weights()[id]))
            continue;
        const std::vector<PackedWeight> own = packed(learner.weights()[id]);
        const bool few = own.size() <= kMostInWeights;
        const std::size_t where = few ? weights.size() : rows.size();
        const std::size_t count = few ? own.size() : kIsRow;
        features.emplace_back(learner.features()[id], static_cast<std::uint32_t>(where << kCountBits | count));
        if (few)
            weights.insert(weights.end(), own.begin(), own.end());
        else
            rows.push_back(row_of(own));
    }
    const std::string table = FeatureTable::build(features);
    const Parameters parameters{learner.transitions(), kStep};
    return write_model({std::string_view{reinterpret_cast<const char*>(&parameters), sizeof parameters}, table,
                        bytes_of(weights), bytes_of(rows), lexicon.words, lexicon.phrases, lexicon.list_sets,
                        lexicon.continuations});
}

}  // namespace rialto::entities
