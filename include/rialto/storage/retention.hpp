#pragma once

#include <cstddef>

#include "rialto/base/clock.hpp"

namespace rialto::storage {

/// How much of something is kept: what is beyond either bound goes, oldest first.
struct Retention {
    std::size_t entries = 0;
    Duration age{0};
};

}  // namespace rialto::storage
