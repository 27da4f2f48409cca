#include "entities/train/learner.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

namespace rialto::entities {
namespace {

constexpr float kRate = 0.07F;
constexpr double kDropout = 0.5;
constexpr float kKeptScale = 1 / (1 - static_cast<float>(kDropout));
constexpr float kUseExponent = 0.25F;
constexpr float kNegligible = 1e-4F;

// With a tiny value here the first step of each weight is as large as the rate, however small the gradient: the model
// fills with weights that mean nothing, and is much larger and more than a point of F1 worse.
constexpr float kDamping = 0.1F;

/// One step of AdaGrad up the gradient.
void ascend(float& weight, float& squares, float gradient) {
    squares += gradient * gradient;
    weight += kRate * gradient / std::sqrt(squares + kDamping);
}

constexpr std::uint32_t kNoId = ~0U;

/// Calls `use` with the features of each token.
template <class Use>
void for_each_token(const Lexicon& lexicon, const TrainingSentence& sentence, Use use) {
    Features reader{lexicon};
    reader.read({sentence.tokens.begin(), sentence.tokens.end()});
    std::vector<std::uint64_t> hashes;
    for (std::size_t token = 0; token < reader.size(); ++token) {
        hashes.clear();
        reader.append(token, hashes);
        use(hashes);
    }
}

/// The features that occur more than once, without ids as yet.
std::unordered_map<std::uint64_t, std::uint32_t> repeated_features(const Lexicon& lexicon,
                                                                   const std::vector<TrainingSentence>& corpus) {
    std::unordered_map<std::uint64_t, std::uint32_t> counts;
    for (const TrainingSentence& sentence : corpus)
        for_each_token(lexicon, sentence, [&counts](const std::vector<std::uint64_t>& hashes) {
            for (const std::uint64_t hash : hashes)
                ++counts[hash];
        });
    std::erase_if(counts, [](const auto& entry) { return entry.second == 1; });
    for (auto& [hash, id] : counts)
        id = kNoId;
    return counts;
}

}  // namespace

Learner::Learner(const Lexicon& lexicon, const std::vector<TrainingSentence>& corpus, std::uint64_t seed)
    : random_{seed} {
    Ids ids = repeated_features(lexicon, corpus);
    token_ends_.push_back(0);
    for (const TrainingSentence& sentence : corpus) {
        sentences_.push_back({token_ends_.size() - 1, &sentence});
        read_sentence(lexicon, sentence, ids);
    }
    weights_.resize(features_.size());
    squares_.resize(features_.size());
}

void Learner::read_sentence(const Lexicon& lexicon, const TrainingSentence& sentence, Ids& ids) {
    for_each_token(lexicon, sentence, [&](const std::vector<std::uint64_t>& hashes) {
        for (const std::uint64_t hash : hashes) {
            const auto known = ids.find(hash);
            if (known == ids.end())
                continue;
            if (known->second == kNoId) {
                known->second = static_cast<std::uint32_t>(features_.size());
                features_.push_back(hash);
            }
            ids_.push_back(known->second);
        }
        token_ends_.push_back(ids_.size());
    });
}

void Learner::run_epoch() {
    for (std::size_t i = sentences_.size(); i > 1; --i)
        std::swap(sentences_[i - 1], sentences_[random_.below(i)]);
    for (const Sentence& sentence : sentences_)
        learn(sentence);
}

void Learner::prune(std::size_t features) {
    if (features >= features_.size())
        return;
    const std::vector<float> importance = this->importance();
    std::vector<float> order = importance;
    const auto cut = order.begin() + static_cast<std::ptrdiff_t>(features);
    std::ranges::nth_element(order, cut, std::greater<>{});
    std::vector<bool> kept;
    for (const float value : importance)
        kept.push_back(value > *cut);
    renumber(kept);
}

/// A large weight matters, and more so if it is used often.
std::vector<float> Learner::importance() const {
    std::vector<float> uses(features_.size());
    for (const std::uint32_t id : ids_)
        ++uses[id];
    for (std::size_t id = 0; id < uses.size(); ++id) {
        const auto [low, high] = std::ranges::minmax(weights_[id]);
        uses[id] = std::max(-low, high) * std::pow(uses[id], kUseExponent);
    }
    return uses;
}

void Learner::renumber(const std::vector<bool>& kept) {
    std::vector<std::uint32_t> new_ids(kept.size());
    std::uint32_t count = 0;
    for (std::size_t id = 0; id < kept.size(); ++id) {
        if (!kept[id])
            continue;
        features_[count] = features_[id];
        weights_[count] = weights_[id];
        squares_[count] = squares_[id];
        new_ids[id] = count++;
    }
    features_.resize(count);
    weights_.resize(count);
    squares_.resize(count);

    std::size_t end = 0;
    std::size_t begin = 0;
    for (std::size_t& token_end : token_ends_) {
        for (std::size_t i = begin; i < token_end; ++i)
            if (kept[ids_[i]])
                ids_[end++] = new_ids[ids_[i]];
        begin = token_end;
        token_end = end;
    }
    ids_.resize(end);
}

void Learner::learn(const Sentence& sentence) {
    const std::size_t size = sentence.source->tokens.size();
    drop_features(sentence);
    score(size);

    // The gradient of the log of the probability of what the source allows: what is expected given that, less what is
    // expected given nothing.
    transition_gradient_ = {};
    const Factors factors{transitions_};
    lattice_.sum_paths(factors);
    lattice_.add_expected(factors, transition_gradient_, -1);
    for (std::size_t t = 0; t < size; ++t)
        for (int label = 0; label < kLabels; ++label)
            gradient_[t][static_cast<std::size_t>(label)] = -lattice_.marginal(t, label);
    lattice_.sum_paths(factors, sentence.source->allowed);
    lattice_.add_expected(factors, transition_gradient_, 1);
    for (std::size_t t = 0; t < size; ++t)
        for (int label = 0; label < kLabels; ++label)
            gradient_[t][static_cast<std::size_t>(label)] += lattice_.marginal(t, label);

    update(size);
    update_transitions();
}

void Learner::drop_features(const Sentence& sentence) {
    const std::size_t size = sentence.source->tokens.size();
    if (kept_.size() < size) {
        kept_.resize(size);
        gradient_.resize(size);
    }
    for (std::size_t t = 0; t < size; ++t) {
        kept_[t].clear();
        const std::size_t at = sentence.first_token + t;
        for (std::size_t i = token_ends_[at]; i < token_ends_[at + 1]; ++i)
            if (!random_.chance(kDropout))
                kept_[t].push_back(ids_[i]);
    }
}

void Learner::score(std::size_t size) {
    lattice_.resize(size);
    for (std::size_t t = 0; t < size; ++t) {
        Potentials& scores = lattice_.scores(t);
        scores.fill(0);
        for (const std::uint32_t id : kept_[t])
            for (std::size_t label = 0; label < kLabels; ++label)
                scores[label] += weights_[id][label];
        for (float& value : scores)
            value *= kKeptScale;
    }
}

void Learner::update(std::size_t size) {
    for (std::size_t t = 0; t < size; ++t) {
        std::array<std::size_t, kLabels> labels;
        std::size_t count = 0;
        for (std::size_t label = 0; label < kLabels; ++label)
            if (std::abs(gradient_[t][label]) > kNegligible)
                labels[count++] = label;
        for (const std::uint32_t id : kept_[t])
            for (const std::size_t label : std::span{labels}.first(count))
                ascend(weights_[id][label], squares_[id][label], gradient_[t][label]);
    }
}

void Learner::update_transitions() {
    for (std::size_t c = 0; c < kClosing; ++c)
        for (std::size_t n = 0; n < 15; ++n)
            ascend(transitions_.between[c][n], transition_squares_.between[c][n], transition_gradient_.between[c][n]);
    for (std::size_t k = 0; k < kKinds; ++k)
        for (std::size_t s = 0; s < 4; ++s)
            ascend(transitions_.within[k][s], transition_squares_.within[k][s], transition_gradient_.within[k][s]);
}

}  // namespace rialto::entities
