#pragma once

#include <cstdint>
#include <vector>

#include "pattern/event_reader.hpp"
#include "pattern/verifier.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {

struct Scratch::State {
    EventReader reader;
    Verifier verifier;
    std::vector<std::uint32_t> candidates;  // slots
};

}  // namespace rialto::pattern
