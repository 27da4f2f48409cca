#pragma once

#include "tests/property/trees.hpp"

namespace rialto::property {

/// A pattern for `event`, which must be an object: it may well match, or only just not; now and then it is not valid.
std::string pattern_for(Random& random, const Json& event);

}  // namespace rialto::property
