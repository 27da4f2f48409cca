#pragma once

#include "tests/property/trees.hpp"

namespace rialto::property {

/// One element of a leaf in a pattern, meant to match `scalar` or, if not `is_hit`, what is near it.
Json element_for(Random& random, const Json& scalar, bool is_hit);

}  // namespace rialto::property
