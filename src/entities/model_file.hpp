#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "entities/lattice.hpp"
#include "entities/lexicon.hpp"
#include "rialto/base/result.hpp"

namespace rialto::entities {

/// Raise it with every change of the layout, of a hash, of the features or of the labels.
inline constexpr std::uint32_t kModelVersion = 2;

enum class Section : std::uint32_t { Transitions, Features, Weights, Rows, Words, Phrases, ListSets, Continuations };
inline constexpr std::size_t kSections = 8;

/// The file: this header, then the sections in order, each at a multiple of 64 bytes; all numbers little-endian.
struct ModelHeader {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t sections;
    std::uint64_t size;      ///< Of the whole file.
    std::uint64_t checksum;  ///< Of all that follows the header.
    struct Range {
        std::uint64_t offset;
        std::uint64_t size;
    };
    std::array<Range, kSections> ranges;
    std::uint64_t header_checksum;  ///< Of the header before this.
};
static_assert(sizeof(ModelHeader) == 32 + 16 * kSections + 8);

/// The sections of a model, in place.
using ModelSections = std::array<std::string_view, kSections>;

/// Checks the header and the bounds of the sections, and reads nothing else, so that a mapped file stays on disk.
Result<ModelSections> open_model(std::string_view bytes);

/// Reads all of a model that open_model() accepts: Corrupt unless it is what was written.
Status verify_checksum(std::string_view bytes);

std::string write_model(const ModelSections& sections);

/// What the Transitions section holds.
struct Parameters {
    Transitions transitions;
    float step;  ///< What a packed weight of 1 stands for.
};

/// Corrupt unless all are numbers of at most 80, so that exp() of them is finite.
Result<Parameters> read_parameters(std::string_view section);

/// A feature's value in the Features section says where its weights are and, in the low bits, how many. A few stand in
/// the Weights section, one after the other, counted in weights; many, as a row of one signed byte a label in Rows.
struct PackedWeight {
    std::uint8_t label;
    std::int8_t value;
};
using PackedRow = std::array<std::int8_t, kPaddedLabels>;
inline constexpr int kCountBits = 5;
inline constexpr std::uint32_t kCountMask = (1U << kCountBits) - 1;
inline constexpr std::uint32_t kIsRow = kCountMask;  ///< In place of the count.
inline constexpr std::size_t kMostInWeights = 6;     ///< Adding up a row takes as long as some five single weights.
static_assert(kLabels < kIsRow);

}  // namespace rialto::entities
