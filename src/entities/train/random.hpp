#pragma once

#include <cstddef>
#include <cstdint>

#include "entities/hash.hpp"

namespace rialto::entities {

/// The same numbers on every platform, unlike the standard library's distributions.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_{seed} {}

    std::uint64_t next() { return mix(state_ += 0x9E3779B97F4A7C15ULL); }
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>((next() >> 32) * bound >> 32); }
    bool chance(double probability) { return static_cast<double>(next() >> 11) * 0x1p-53 < probability; }

private:
    std::uint64_t state_;
};

}  // namespace rialto::entities
