#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace rialto::pattern {

/// Seeded at start, so that nobody can prepare values that fall together.
extern const std::uint64_t kHashSeed;

/// Both operands decide every bit of the result; not reversible.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const auto product = static_cast<Wide>(a ^ 0x9e3779b97f4a7c15U) * (b ^ 0xd1b54a32d192ed03U);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t hash(std::string_view text) { return XXH3_64bits_withSeed(text.data(), text.size(), kHashSeed); }

}  // namespace rialto::pattern
