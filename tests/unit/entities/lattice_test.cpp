#include "entities/lattice.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "entities/train/random.hpp"

namespace rialto::entities {
namespace {

using Path = std::vector<std::uint8_t>;

float weight_of(const Transitions& transitions, int from, int to) {
    for (int n = 0; n < kClosing; ++n)
        if (from < kClosing && opening(n) == to)
            return transitions.between[static_cast<std::size_t>(from)][static_cast<std::size_t>(n)];
    for (int k = 0; k < kKinds; ++k) {
        const auto& step = transitions.within[static_cast<std::size_t>(k)];
        const std::size_t row = from == begin(k) ? 0 : 2;
        if (from != begin(k) && from != inside(k))
            continue;
        if (to == inside(k))
            return step[row];
        if (to == last(k))
            return step[row + 1];
    }
    return -INFINITY;
}

bool may_start(int label) { return label < 8 || (label >= begin(0) && label < inside(0)); }

/// Calls `use` with each valid path of three tokens and its score.
template <class Use>
void for_each_path(Lattice& lattice, const Transitions& transitions, Use use) {
    for (int a = 0; a < kLabels; ++a)
        for (int b = 0; b < kLabels; ++b)
            for (int c = 0; c < kClosing; ++c) {
                const float steps = weight_of(transitions, a, b) + weight_of(transitions, b, c);
                const auto at = [](int label) { return static_cast<std::size_t>(label); };
                if (may_start(a) && std::isfinite(steps))
                    use(Path{static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b), static_cast<std::uint8_t>(c)},
                        steps + lattice.scores(0)[at(a)] + lattice.scores(1)[at(b)] + lattice.scores(2)[at(c)]);
            }
}

struct RandomCrf {
    explicit RandomCrf(std::uint64_t seed) : random{seed} {
        lattice.resize(3);
        for (std::size_t t = 0; t < 3; ++t)
            for (float& score : lattice.scores(t))
                score = number();
        for (auto& row : transitions.between)
            for (float& weight : row)
                weight = number();
        for (auto& row : transitions.within)
            for (float& weight : row)
                weight = number();
    }
    float number() { return static_cast<float>(random.below(4000)) / 1000 - 2; }

    Random random;
    Lattice lattice;
    Transitions transitions;
};

}  // namespace

TEST_CASE("the best path is the one that trying all paths finds", "[entities]") {
    RandomCrf crf{GENERATE(1U, 2U, 3U, 4U, 5U)};
    Path best;
    float best_score = -INFINITY;
    for_each_path(crf.lattice, crf.transitions, [&](const Path& path, float score) {
        if (score > best_score)
            best = path;
        best_score = std::max(best_score, score);
    });

    Path found;
    crf.lattice.best_path(crf.transitions, found);

    CHECK(found == best);
}

TEST_CASE("probabilities are what summing over all paths gives", "[entities]") {
    RandomCrf crf{GENERATE(1U, 2U, 3U)};
    double total = 0;
    double first_outside = 0;
    double span_of_three = 0;
    double span_of_two = 0;
    for_each_path(crf.lattice, crf.transitions, [&](const Path& path, double score) {
        total += std::exp(score);
        first_outside += path[0] == kOutside ? std::exp(score) : 0;
        span_of_three += path[0] == begin(2) && path[1] == inside(2) ? std::exp(score) : 0;
        span_of_two += path[1] == begin(1) && path[2] == last(1) ? std::exp(score) : 0;
    });

    const Factors factors{crf.transitions};
    crf.lattice.sum_paths(factors);

    CHECK(crf.lattice.marginal(0, kOutside) == Approx(first_outside / total).epsilon(1e-3));
    CHECK(crf.lattice.span_probability(factors, 0, 3, 2) == Approx(span_of_three / total).epsilon(1e-3));
    CHECK(crf.lattice.span_probability(factors, 1, 3, 1) == Approx(span_of_two / total).epsilon(1e-3));
}

}  // namespace rialto::entities
