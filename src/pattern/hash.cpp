#include "pattern/hash.hpp"

#include <random>

namespace rialto::pattern {

const std::uint64_t kHashSeed = [] {
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}();

}  // namespace rialto::pattern
