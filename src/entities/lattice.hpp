#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "entities/labels.hpp"

namespace rialto::entities {

/// Weights of the transitions that BILOU allows; all others are impossible.
struct Transitions {
    std::array<std::array<float, 16>, kClosing> between{};  ///< [closing label][n-th opening label]
    std::array<std::array<float, 4>, kKinds> within{};      ///< B-I, B-L, I-I, I-L of a kind
};

/// Their exponentials. Made once for a model, not once a sentence.
struct Factors {
    explicit Factors(const Transitions& transitions);
    Factors() = default;

    Transitions of{};
    std::array<std::array<float, 16>, 16> by_opening{};  ///< [opening][closing]: the transpose of of.between.
};

/// One float a label.
using Potentials = std::array<float, kPaddedLabels>;

/// The CRF of one sentence: its scores, the best path and, by forward-backward, probabilities. Keep one and use it
/// again: its memory is reused.
class Lattice {
public:
    /// Makes room for `size` tokens, at least one; scores are whatever they were.
    void resize(std::size_t size);
    Potentials& scores(std::size_t token) { return scores_[token]; }
    std::size_t size() const { return size_; }

    /// The labels of the best path; a valid BILOU sequence.
    void best_path(const Transitions& transitions, std::vector<std::uint8_t>& labels);

    /// Forward-backward over the labels whose bit is set in `allowed` (of each token; empty: all). Needed by what
    /// follows.
    void sum_paths(const Factors& factors, const std::vector<std::uint32_t>& allowed = {});

    /// The probability of a label. After sum_paths().
    float marginal(std::size_t token, int label) const {
        return forward_[token][at(label)] * backward_[token][at(label)];
    }

    /// The probability that exactly these tokens are a span of the kind. After sum_paths().
    float span_probability(const Factors& factors, std::size_t begin, std::size_t end, int kind) const;

    /// The expected uses of each transition, in the shape of the weights. After sum_paths().
    void add_expected(const Factors& factors, Transitions& expected, float factor) const;

private:
    static constexpr std::size_t at(int label) { return static_cast<std::size_t>(label); }

    void exponentiate(const std::vector<std::uint32_t>& allowed);
    void forward(const Factors& factors);
    void backward(const Factors& factors);

    std::size_t size_ = 0;
    std::vector<Potentials> scores_;
    std::vector<Potentials> factors_;   ///< exp of the scores, the token's best being 1.
    std::vector<Potentials> forward_;   ///< Each sums to 1.
    std::vector<Potentials> backward_;  ///< So that forward times backward is the marginal.
    std::vector<float> scale_;          ///< What each token's forward values were divided by.
    std::vector<Potentials> best_;
};

}  // namespace rialto::entities
