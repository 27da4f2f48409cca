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

    std::span<const Dimension> all() const { return {dimensions.data(), count}; }
};

}  // namespace rialto::pattern
