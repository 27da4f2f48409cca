#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tests/property/script.hpp"

namespace rialto::property {

/// Where the engine and the oracle part, or the engine and itself.
struct Difference {
    enum class Kind { Validity, Event, Matches, Explanation, Size };

    Kind kind = Kind::Matches;
    std::size_t step = 0;
    std::string text;
};

struct Counts {
    std::size_t patterns = 0;
    std::size_t invalid = 0;  ///< Among the patterns.
    std::size_t events = 0;
    std::size_t refused = 0;    ///< Among the events.
    std::size_t undecided = 0;  ///< Rules, over all events.
    std::size_t pairs = 0;      ///< Of a valid pattern and a valid event.
    std::size_t matches = 0;    ///< Among the pairs.
};

/// Does all steps, up to the first difference, and adds to the counts.
std::optional<Difference> find_difference(const Script& script, Counts& counts);

}  // namespace rialto::property
