#pragma once

#include <functional>
#include <vector>

#include "tests/oracle/event.hpp"
#include "tests/oracle/json.hpp"
#include "tests/oracle/wildcard.hpp"

namespace rialto::oracle {

using Test = std::function<bool(const Leaf&)>;

/// What a pattern wants of one field: a leaf that passes one of the tests, or that there is none.
struct Condition {
    std::vector<Test> tests;
    bool may_be_absent = false;
    std::vector<std::vector<Wildcard>> wildcards;  ///< Terms for complexity().
};

/// Thrown where a pattern is not valid.
struct Invalid {};

/// From the array of a pattern.
Condition parse_condition(const Json& array);

}  // namespace rialto::oracle
