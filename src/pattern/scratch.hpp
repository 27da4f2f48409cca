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
    std::vector<RuleId> undecided;
    std::size_t tests_left = 0;
};

/// Why a rule is undecided.
constexpr std::string_view kTooCostly =
    "the event has so many values in so many ways that it would take too long to match it";

}  // namespace rialto::pattern
