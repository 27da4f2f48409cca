#include "entities/lattice.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace rialto::entities {
namespace {

constexpr float kImpossible = -1e30F;
constexpr float kTiny = 1e-30F;

constexpr std::uint32_t kAllLabels = (1U << kLabels) - 1;

/// The exponential of a number not above 0, to a few units of the last place, but never less than about e^-69: written
/// so that the compiler makes vector instructions of a loop over it.
float exp_of(float x) {
    constexpr float kLog2e = 1.44269504F;
    constexpr float kLeast = -69;
    const float power = (x < kLeast ? kLeast : x) * kLog2e;
    const auto whole = static_cast<std::int32_t>(power - 0.5F);
    const float f = (power - static_cast<float>(whole)) * 0.693147181F;
    const float fraction =
        1 + f * (1 + f * (0.5F + f * (1.0F / 6 + f * (1.0F / 24 + f * (1.0F / 120 + f * (1.0F / 720))))));
    return fraction * std::bit_cast<float>((whole + 127) << 23);
}

/// Within bounds, also of what rounding or a strange model made of it.
float probability(float sum) { return sum > 0 ? std::min(sum, 1.0F) : 0; }

constexpr std::size_t idx(int label) { return static_cast<std::size_t>(label); }

/// The opening values of a token, gathered to 16 in the transitions' order. The last is a pad.
std::array<float, 16> gather_opening(const Potentials& a, const Potentials& b) {
    std::array<float, 16> out{};
    for (int n = 0; n < 15; ++n)
        out[idx(n)] = a[idx(opening(n))] * b[idx(opening(n))];
    return out;
}

/// For each opening state the score of the best closing label before it.
std::array<float, 16> best_closing(const Transitions& transitions, const Potentials& previous) {
    std::array<float, 16> best;
    best.fill(2 * kImpossible);
    for (std::size_t c = 0; c < kClosing; ++c)
        for (std::size_t n = 0; n < 16; ++n)
            best[n] = std::max(best[n], previous[c] + transitions.between[c][n]);
    return best;
}

/// The label before `label` on the best path to it.
int best_before(const Transitions& transitions, const Potentials& previous, int label) {
    const int kind = kind_of(label);
    if (label >= inside(0) || (label >= last(0) && label < kClosing)) {
        const auto& step = transitions.within[idx(kind)];
        const std::size_t closes = label < kClosing ? 1 : 0;
        const bool inner = previous[idx(inside(kind))] + step[2 + closes] > previous[idx(begin(kind))] + step[closes];
        return inner ? inside(kind) : begin(kind);
    }
    const auto n = idx(label < 8 ? label : label - 7);
    int best = 0;
    for (int c = 1; c < kClosing; ++c)
        if (previous[idx(c)] + transitions.between[idx(c)][n] > previous[idx(best)] + transitions.between[idx(best)][n])
            best = c;
    return best;
}

}  // namespace

Factors::Factors(const Transitions& transitions) {
    for (std::size_t c = 0; c < kClosing; ++c)
        for (std::size_t n = 0; n < 16; ++n)
            by_opening[n][c] = of.between[c][n] = n < 15 ? std::exp(transitions.between[c][n]) : 0;
    for (std::size_t k = 0; k < kKinds; ++k)
        for (std::size_t s = 0; s < 4; ++s)
            of.within[k][s] = std::exp(transitions.within[k][s]);
}

void Lattice::resize(std::size_t size) {
    size_ = size;
    if (scores_.size() >= size)
        return;
    scores_.resize(size);
    factors_.resize(size);
    forward_.resize(size);
    backward_.resize(size);
    scale_.resize(size);
    best_.resize(size);
}

void Lattice::best_path(const Transitions& transitions, std::vector<std::uint8_t>& labels) {
    best_[0].fill(kImpossible);
    for (int n = 0; n < kClosing; ++n)
        best_[0][idx(opening(n))] = scores_[0][idx(opening(n))];
    for (std::size_t t = 1; t < size_; ++t) {
        const Potentials& previous = best_[t - 1];
        Potentials& here = best_[t];
        const std::array<float, 16> closing = best_closing(transitions, previous);
        for (int n = 0; n < kClosing; ++n)
            here[idx(opening(n))] = closing[idx(n)] + scores_[t][idx(opening(n))];
        for (int k = 0; k < kKinds; ++k) {
            const auto& step = transitions.within[idx(k)];
            const float b = previous[idx(begin(k))];
            const float i = previous[idx(inside(k))];
            here[idx(inside(k))] = std::max(b + step[0], i + step[2]) + scores_[t][idx(inside(k))];
            here[idx(last(k))] = std::max(b + step[1], i + step[3]) + scores_[t][idx(last(k))];
        }
    }

    // From where the best path came is worked out on the way back, for its own labels only.
    labels.resize(size_);
    const auto& end = best_[size_ - 1];
    auto label = static_cast<int>(std::max_element(end.begin(), end.begin() + kClosing) - end.begin());
    for (std::size_t t = size_; t-- > 0;) {
        labels[t] = static_cast<std::uint8_t>(label);
        if (t > 0)
            label = best_before(transitions, best_[t - 1], label);
    }
}

void Lattice::sum_paths(const Factors& factors, const std::vector<std::uint32_t>& allowed) {
    exponentiate(allowed);
    forward(factors);
    backward(factors);
}

void Lattice::exponentiate(const std::vector<std::uint32_t>& allowed) {
    for (std::size_t t = 0; t < size_; ++t) {
        const std::uint32_t mask = (allowed.empty() ? ~0U : allowed[t]) & kAllLabels;
        Potentials scores;
        for (std::size_t label = 0; label < kPaddedLabels; ++label)
            scores[label] = (mask >> label & 1) != 0 ? scores_[t][label] : kImpossible;
        const float top = std::ranges::max(scores);
        for (std::size_t label = 0; label < kPaddedLabels; ++label)
            factors_[t][label] = (mask >> label & 1) != 0 ? exp_of(scores[label] - top) : 0;
    }
}

void Lattice::forward(const Factors& factors) {
    for (std::size_t t = 0; t < size_; ++t) {
        Potentials& here = forward_[t];
        here.fill(0);
        std::array<float, 16> arriving{};
        if (t == 0) {
            arriving.fill(1);
        } else {
            const Potentials& previous = forward_[t - 1];
            for (std::size_t c = 0; c < kClosing; ++c)
                for (std::size_t n = 0; n < 16; ++n)
                    arriving[n] += previous[c] * factors.of.between[c][n];
            for (int k = 0; k < kKinds; ++k) {
                const auto& step = factors.of.within[idx(k)];
                const float b = previous[idx(begin(k))];
                const float i = previous[idx(inside(k))];
                here[idx(inside(k))] = b * step[0] + i * step[2];
                here[idx(last(k))] = b * step[1] + i * step[3];
            }
        }
        for (int n = 0; n < kClosing; ++n)
            here[idx(opening(n))] = arriving[idx(n)];
        float sum = 0;
        for (std::size_t label = 0; label < kPaddedLabels; ++label)
            sum += here[label] *= factors_[t][label];
        scale_[t] = std::max(sum, kTiny);
        const float unscale = 1 / scale_[t];
        for (float& value : here)
            value *= unscale;
    }
}

void Lattice::backward(const Factors& factors) {
    // A span must close before the end. The forward values of the last token include open spans, so the total is less
    // than 1, and that is what makes marginals sum to 1.
    float total = 0;
    for (std::size_t c = 0; c < kClosing; ++c)
        total += forward_[size_ - 1][c];
    backward_[size_ - 1].fill(0);
    std::fill_n(backward_[size_ - 1].begin(), kClosing, 1 / std::max(total, kTiny));

    for (std::size_t t = size_ - 1; t-- > 0;) {
        const std::array<float, 16> leaving = gather_opening(factors_[t + 1], backward_[t + 1]);
        Potentials& here = backward_[t];
        here.fill(0);
        for (std::size_t n = 0; n < kClosing; ++n)
            for (std::size_t c = 0; c < 16; ++c)
                here[c] += leaving[n] * factors.by_opening[n][c];
        for (int k = 0; k < kKinds; ++k) {
            const auto& step = factors.of.within[idx(k)];
            const float i = factors_[t + 1][idx(inside(k))] * backward_[t + 1][idx(inside(k))];
            const float l = factors_[t + 1][idx(last(k))] * backward_[t + 1][idx(last(k))];
            here[idx(begin(k))] = i * step[0] + l * step[1];
            here[idx(inside(k))] = i * step[2] + l * step[3];
        }
        const float unscale = 1 / scale_[t + 1];
        for (float& value : here)
            value *= unscale;
    }
}

float Lattice::span_probability(const Factors& factors, std::size_t first, std::size_t end, int kind) const {
    if (end == first + 1)
        return probability(marginal(first, unit(kind)));
    const auto& step = factors.of.within[idx(kind)];
    float path = forward_[first][idx(begin(kind))];
    for (std::size_t t = first + 1; t < end; ++t) {
        const bool closes = t + 1 == end;
        const std::size_t from = t == first + 1 ? 0 : 2;
        path *= step[from + (closes ? 1 : 0)] * factors_[t][idx(closes ? last(kind) : inside(kind))] / scale_[t];
    }
    return probability(path * backward_[end - 1][idx(last(kind))]);
}

void Lattice::add_expected(const Factors& factors, Transitions& expected, float factor) const {
    for (std::size_t t = 1; t < size_; ++t) {
        const std::array<float, 16> leaving = gather_opening(factors_[t], backward_[t]);
        const Potentials& previous = forward_[t - 1];
        const float unscale = factor / scale_[t];
        for (std::size_t c = 0; c < kClosing; ++c)
            for (std::size_t n = 0; n < 16; ++n)
                expected.between[c][n] += previous[c] * factors.of.between[c][n] * leaving[n] * unscale;
        for (int k = 0; k < kKinds; ++k) {
            const auto& step = factors.of.within[idx(k)];
            const float i = factors_[t][idx(inside(k))] * backward_[t][idx(inside(k))] * unscale;
            const float l = factors_[t][idx(last(k))] * backward_[t][idx(last(k))] * unscale;
            auto& out = expected.within[idx(k)];
            out[0] += previous[idx(begin(k))] * step[0] * i;
            out[1] += previous[idx(begin(k))] * step[1] * l;
            out[2] += previous[idx(inside(k))] * step[2] * i;
            out[3] += previous[idx(inside(k))] * step[3] * l;
        }
    }
}

}  // namespace rialto::entities
