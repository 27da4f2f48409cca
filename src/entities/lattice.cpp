#include "entities/lattice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rialto::entities {
namespace {

constexpr float kImpossible = -1e30F;
constexpr float kTiny = 1e-30F;

constexpr std::size_t idx(int label) { return static_cast<std::size_t>(label); }

/// The opening values of a token, gathered to 16 in the transitions' order. The last is a pad.
std::array<float, 16> gather_opening(const Potentials& a, const Potentials& b) {
    std::array<float, 16> out{};
    for (int n = 0; n < 15; ++n)
        out[idx(n)] = a[idx(opening(n))] * b[idx(opening(n))];
    return out;
}

struct Best {
    std::array<float, 16> score;
    std::array<std::int32_t, 16> from;
};

/// For each opening state the best closing label before it.
Best best_closing(const Transitions& transitions, const Potentials& previous) {
    Best best{};
    best.score.fill(2 * kImpossible);
    for (int c = 0; c < kClosing; ++c) {
        const auto& row = transitions.between[idx(c)];
        const float base = previous[idx(c)];
        for (std::size_t n = 0; n < 16; ++n) {
            const float candidate = base + row[n];
            const bool better = candidate > best.score[n];
            best.score[n] = better ? candidate : best.score[n];
            best.from[n] = better ? c : best.from[n];
        }
    }
    return best;
}

}  // namespace

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
    came_from_.resize(size);
}

void Lattice::best_path(const Transitions& transitions, std::vector<std::uint8_t>& labels) {
    best_[0].fill(kImpossible);
    for (int n = 0; n < kClosing; ++n)
        best_[0][idx(opening(n))] = scores_[0][idx(opening(n))];
    for (std::size_t t = 1; t < size_; ++t) {
        const Potentials& previous = best_[t - 1];
        const Best closing = best_closing(transitions, previous);
        for (int n = 0; n < kClosing; ++n) {
            best_[t][idx(opening(n))] = closing.score[idx(n)] + scores_[t][idx(opening(n))];
            came_from_[t][idx(opening(n))] = static_cast<std::uint8_t>(closing.from[idx(n)]);
        }
        for (int k = 0; k < kKinds; ++k) {
            const auto& step = transitions.within[idx(k)];
            const float b = previous[idx(begin(k))];
            const float i = previous[idx(inside(k))];
            const auto take = [&](int label, float from_begin, float from_inside) {
                const bool inner = from_inside > from_begin;
                best_[t][idx(label)] = (inner ? from_inside : from_begin) + scores_[t][idx(label)];
                came_from_[t][idx(label)] = static_cast<std::uint8_t>(inner ? inside(k) : begin(k));
            };
            take(inside(k), b + step[0], i + step[2]);
            take(last(k), b + step[1], i + step[3]);
        }
    }

    labels.resize(size_);
    const auto& end = best_[size_ - 1];
    auto label = static_cast<std::uint8_t>(std::max_element(end.begin(), end.begin() + kClosing) - end.begin());
    for (std::size_t t = size_; t-- > 0;) {
        labels[t] = label;
        label = came_from_[t][label];
    }
}

void Lattice::sum_paths(const Transitions& transitions, const std::vector<std::uint32_t>& allowed) {
    exponentiate(transitions, allowed);
    forward();
    backward();
}

void Lattice::exponentiate(const Transitions& transitions, const std::vector<std::uint32_t>& allowed) {
    for (std::size_t c = 0; c < kClosing; ++c)
        for (std::size_t n = 0; n < 16; ++n)
            exp_by_opening_[n][c] = exp_.between[c][n] = n < 15 ? std::exp(transitions.between[c][n]) : 0;
    for (std::size_t k = 0; k < kKinds; ++k)
        for (std::size_t s = 0; s < 4; ++s)
            exp_.within[k][s] = std::exp(transitions.within[k][s]);
    for (std::size_t t = 0; t < size_; ++t) {
        const std::uint32_t mask = allowed.empty() ? ~0U : allowed[t];
        float top = kImpossible;
        for (int label = 0; label < kLabels; ++label)
            top = (mask >> label & 1) != 0 ? std::max(top, scores_[t][idx(label)]) : top;
        factors_[t].fill(0);
        for (int label = 0; label < kLabels; ++label)
            if ((mask >> label & 1) != 0)
                factors_[t][idx(label)] = std::max(std::exp(scores_[t][idx(label)] - top), kTiny);
    }
}

void Lattice::forward() {
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
                    arriving[n] += previous[c] * exp_.between[c][n];
            for (int k = 0; k < kKinds; ++k) {
                const auto& step = exp_.within[idx(k)];
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
        for (float& value : here)
            value /= scale_[t];
    }
}

void Lattice::backward() {
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
                here[c] += leaving[n] * exp_by_opening_[n][c];
        for (int k = 0; k < kKinds; ++k) {
            const auto& step = exp_.within[idx(k)];
            const float i = factors_[t + 1][idx(inside(k))] * backward_[t + 1][idx(inside(k))];
            const float l = factors_[t + 1][idx(last(k))] * backward_[t + 1][idx(last(k))];
            here[idx(begin(k))] = i * step[0] + l * step[1];
            here[idx(inside(k))] = i * step[2] + l * step[3];
        }
        for (float& value : here)
            value /= scale_[t + 1];
    }
}

float Lattice::span_probability(std::size_t first, std::size_t end, int kind) const {
    if (end == first + 1)
        return std::clamp(marginal(first, unit(kind)), 0.0F, 1.0F);
    const auto& step = exp_.within[idx(kind)];
    float path = forward_[first][idx(begin(kind))];
    for (std::size_t t = first + 1; t < end; ++t) {
        const bool closes = t + 1 == end;
        const std::size_t from = t == first + 1 ? 0 : 2;
        path *= step[from + (closes ? 1 : 0)] * factors_[t][idx(closes ? last(kind) : inside(kind))] / scale_[t];
    }
    return std::clamp(path * backward_[end - 1][idx(last(kind))], 0.0F, 1.0F);
}

void Lattice::add_expected(Transitions& expected, float factor) const {
    for (std::size_t t = 1; t < size_; ++t) {
        const std::array<float, 16> leaving = gather_opening(factors_[t], backward_[t]);
        const Potentials& previous = forward_[t - 1];
        const float unscale = factor / scale_[t];
        for (std::size_t c = 0; c < kClosing; ++c)
            for (std::size_t n = 0; n < 16; ++n)
                expected.between[c][n] += previous[c] * exp_.between[c][n] * leaving[n] * unscale;
        for (int k = 0; k < kKinds; ++k) {
            const auto& step = exp_.within[idx(k)];
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
