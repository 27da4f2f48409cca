#pragma once

#include <vector>

#include "pattern/index.hpp"
#include "pattern/scanner.hpp"
#include "pattern/verifier.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {

struct Scratch::State {
    Scanner scanner;
    Index::Work work;
    Verifier verifier;
    std::vector<PlacedCondition> conditions;  // of the entry being verified
};

}  // namespace rialto::pattern
