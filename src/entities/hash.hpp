#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rialto::entities {

// The model is keyed by these hashes: to change one is to need a new model and a new kModelVersion.

/// Every bit of the result depends on every bit of `x`.
constexpr std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93ULL;
    x = (x ^ (x >> 29)) * 0xA0761D6478BD642FULL;
    return x ^ (x >> 32);
}

constexpr std::uint64_t combine(std::uint64_t a, std::uint64_t b) { return mix(a * 0x9E3779B97F4A7C15ULL + b); }

/// Up to eight bytes as a little-endian number; usable at compile time.
constexpr std::uint64_t pack_bytes(std::string_view bytes) {
    std::uint64_t packed = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 8; ++i)
        packed |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return packed;
}

constexpr std::uint64_t hash_bytes(std::string_view bytes) {
    std::uint64_t hash = bytes.size() + 1;
    for (std::size_t i = 0; i < bytes.size(); i += 8)
        hash = combine(hash, pack_bytes(bytes.substr(i, 8)));
    return hash;
}

}  // namespace rialto::entities
