#include "entities/scorer.hpp"

#include <cstring>

namespace rialto::entities {
namespace {

bool is_row(std::uint32_t value) { return (value & kCountMask) == kIsRow; }
std::size_t place(std::uint32_t value) { return value >> kCountBits; }

constexpr std::size_t kKnownWords = 1024;

void add_sums(const Scorer::Sums& from, Scorer::Sums& to) {
    for (std::size_t label = 0; label < kPaddedLabels; ++label)
        to[label] = static_cast<std::int16_t>(to[label] + from[label]);
}

}  // namespace

// A sentence is gone over three times, so that what each step reads is on its way to the cache since the one before.
void Scorer::score(const Features& features, Lattice& lattice, Scratch& scratch) const {
    lattice.resize(features.size());
    scratch.known.resize(kKnownWords);
    scratch.sums.assign(features.size(), Sums{});
    for (std::size_t token = 0; token < features.size(); ++token)
        for (std::size_t i = 0; i < kPositions; ++i) {
            const auto position = static_cast<Position>(i);
            add_sums(known(features.word(token, position), scratch).sums[i], scratch.sums[token]);
        }

    scratch.features.clear();
    scratch.ends.clear();
    for (std::size_t token = 0; token < features.size(); ++token) {
        features.append_joint(token, scratch.features);
        scratch.ends.push_back(scratch.features.size());
    }
    look_up(scratch);
    std::size_t begin = 0;
    for (std::size_t token = 0; token < features.size(); ++token) {
        add(Values{scratch.values}.subspan(begin, scratch.ends[token] - begin), scratch.sums[token]);
        begin = scratch.ends[token];
        Potentials& scores = lattice.scores(token);
        for (std::size_t label = 0; label < kPaddedLabels; ++label)
            scores[label] = static_cast<float>(scratch.sums[token][label]) * step_;
    }
}

/// What the word adds to the scores of the tokens around it.
const Scorer::Scratch::Known& Scorer::known(const Word& word, Scratch& scratch) const {
    Scratch::Known& known = scratch.known[word.exact % kKnownWords];
    if (known.full && known.word == word.exact)
        return known;
    known = {.word = word.exact, .full = true, .sums = {}};
    scratch.features.clear();
    scratch.ends.clear();
    for (std::size_t i = 0; i < kPositions; ++i) {
        Features::append_of_word(word, static_cast<Position>(i), scratch.features);
        scratch.ends.push_back(scratch.features.size());
    }
    look_up(scratch);
    std::size_t begin = 0;
    for (std::size_t i = 0; i < kPositions; ++i) {
        add(Values{scratch.values}.subspan(begin, scratch.ends[i] - begin), known.sums[i]);
        begin = scratch.ends[i];
    }
    return known;
}

/// Fills in the values of the features.
void Scorer::look_up(Scratch& scratch) const {
    for (const std::uint64_t feature : scratch.features)
        table_.prefetch(feature);
    scratch.values.resize(scratch.features.size());
    for (std::size_t i = 0; i < scratch.features.size(); ++i) {
        scratch.values[i] = table_.find(scratch.features[i]);
        prefetch(scratch.values[i]);
    }
}

void Scorer::prefetch(std::uint32_t value) const {
    __builtin_prefetch(is_row(value) ? rows_.data() + place(value) * sizeof(PackedRow)
                                     : weights_.data() + place(value) * sizeof(PackedWeight));
}

void Scorer::add(Values values, Sums& sums) const {
    add_rows(values, sums);
    add_weights(values, sums);
}

void Scorer::add_rows(Values values, Sums& sums) const {
    Sums out = sums;  // In registers.
    const std::size_t rows = rows_.size() / sizeof(PackedRow);
    for (const std::uint32_t value : values) {
        if (!is_row(value) || place(value) >= rows)
            continue;
        PackedRow row;
        std::memcpy(&row, rows_.data() + place(value) * sizeof row, sizeof row);
        for (std::size_t label = 0; label < kPaddedLabels; ++label)
            out[label] = static_cast<std::int16_t>(out[label] + row[label]);
    }
    sums = out;
}

void Scorer::add_weights(Values values, Sums& sums) const {
    const std::size_t weights = weights_.size() / sizeof(PackedWeight);
    for (const std::uint32_t value : values) {
        const std::size_t count = is_row(value) ? 0 : value & kCountMask;
        if (place(value) + count > weights)
            continue;
        const char* at = weights_.data() + place(value) * sizeof(PackedWeight);
        for (std::size_t i = 0; i < count; ++i, at += sizeof(PackedWeight)) {
            std::int16_t& sum = sums[static_cast<unsigned char>(at[0]) % kPaddedLabels];
            sum = static_cast<std::int16_t>(sum + static_cast<signed char>(at[1]));
        }
    }
}

}  // namespace rialto::entities
