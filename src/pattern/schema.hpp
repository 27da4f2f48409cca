#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rialto::pattern {

using PathId = std::uint32_t;

/// A path whose exact values, or whose mere presence, take part in the key under which rules are filed.
struct Dimension {
    PathId path = 0;
    bool is_exact = false;
    bool operator==(const Dimension&) const = default;
};

/// Rules that say exact values for the same paths are filed under keys of those values together, so that one look-up
/// finds them all ("tuple space search": Srinivasan, Suri and Varghese, 1999).
struct Schema {
    static constexpr std::size_t kMost = 4;

    std::array<Dimension, kMost> dimensions{};
    std::uint32_t count = 0;  ///< Of dimensions.
    std::uint32_t users = 0;  ///< Entries filed by it; 0: its place is free.
    /// A bit for each token that entries say at a dimension, such that are gone too: where few values are asked for, a
    /// value that is none of them is mostly known by that.
    std::array<std::uint64_t, kMost> tokens{};

    static std::uint64_t bit_of(std::uint64_t token) { return std::uint64_t{1} << (token >> 58); }
    bool may_have(std::size_t dimension, std::uint64_t token) const { return (tokens[dimension] & bit_of(token)) != 0; }

    std::span<const Dimension> all() const { return {dimensions.data(), count}; }
};

}  // namespace rialto::pattern
