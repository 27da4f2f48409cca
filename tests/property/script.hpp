#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rialto/pattern/matcher.hpp"

namespace rialto::property {

/// Something done to one of a few matchers; to the last of them if there are not so many.
struct Step {
    enum class Kind {
        Add,     ///< A rule, of the pattern that `text` is, unless the id is in use.
        Remove,  ///< A rule.
        Match,   ///< The event that `text` is.
        Copy,    ///< The matcher, to a new one.
        Drop,    ///< The matcher, unless it is the only one.
    };

    Kind kind = Kind::Match;
    std::size_t matcher = 0;
    pattern::RuleId id = 0;
    std::string text;
};

/// What is done to some matchers that begin with a single, empty one.
using Script = std::vector<Step>;

/// Patterns and events that have much to do with each other.
Script any_script(std::uint64_t seed);

/// A step a line.
std::string to_text(const Script& script);

}  // namespace rialto::property
