#pragma once

#include <cstdint>

#include "pattern/hash.hpp"
#include "pattern/schema.hpp"

namespace rialto::pattern {

/// Keys of clusters: begin with the first, and add a token of each dimension, then of what sets an entry apart.
inline std::uint64_t first_key() { return kHashSeed; }

/// Stands for any value at all.
constexpr std::uint64_t kPresentToken = 0x14057b7ef767814fU;

inline std::uint64_t next_key(std::uint64_t key, PathId path, std::uint64_t token) {
    const auto next = mix(key, mix(token, path));
    return next == 0 ? 1 : next;
}

}  // namespace rialto::pattern
