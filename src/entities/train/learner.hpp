#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "entities/features.hpp"
#include "entities/lattice.hpp"
#include "entities/train/corpus.hpp"
#include "entities/train/random.hpp"

namespace rialto::entities {

/// A weight for each label.
using Weights = std::array<float, kLabels>;

/// Learns the weights of a CRF by stochastic gradient with AdaGrad's step sizes and dropout of features. Deterministic.
class Learner {
public:
    /// Reads all sentences' features, and keeps those that occur more than once.
    Learner(const Lexicon& lexicon, const std::vector<TrainingSentence>& corpus, std::uint64_t seed);

    /// Goes over the corpus once, in a random order.
    void run_epoch();

    /// Forgets all but this many features, the ones that matter most. Learn on, so that the others make up for the
    /// loss.
    void prune(std::size_t features);

    const Transitions& transitions() const { return transitions_; }
    const std::vector<std::uint64_t>& features() const { return features_; }
    const std::vector<Weights>& weights() const { return weights_; }

private:
    struct Sentence {
        std::size_t first_token;  ///< Into token_ends_.
        const TrainingSentence* source;
    };

    using Ids = std::unordered_map<std::uint64_t, std::uint32_t>;

    void read_sentence(const Lexicon& lexicon, const TrainingSentence& sentence, Ids& ids);
    std::vector<float> importance() const;
    void renumber(const std::vector<bool>& kept);
    void learn(const Sentence& sentence);
    void drop_features(const Sentence& sentence);
    void score(std::size_t size);
    void update(std::size_t size);
    void update_transitions();

    std::vector<std::uint64_t> features_;  ///< The hashes; the position is the id.
    std::vector<std::uint32_t> ids_;       ///< Of all tokens' features, one after the other.
    std::vector<std::size_t> token_ends_;  ///< Into ids_; begins with 0.
    std::vector<Sentence> sentences_;
    std::vector<Weights> weights_;
    std::vector<Weights> squares_;  ///< Sums of squared gradients.
    Transitions transitions_;
    Transitions transition_squares_;
    Random random_;

    Lattice lattice_;
    std::vector<std::vector<std::uint32_t>> kept_;  ///< The features of each token that were not dropped.
    std::vector<Potentials> gradient_;
    Transitions transition_gradient_;
};

}  // namespace rialto::entities
