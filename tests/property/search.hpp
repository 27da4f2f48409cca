#pragma once

#include "tests/property/comparison.hpp"

namespace rialto::property {

/// A script, made small, in which the engine and the oracle differ.
struct Finding {
    std::uint64_t seed = 0;
    Script script;
    Difference difference;
};

/// Tries the script of that seed.
std::optional<Finding> find_in(std::uint64_t seed, Counts& counts);

std::string to_text(const Finding& finding);

}  // namespace rialto::property
