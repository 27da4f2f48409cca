#pragma once

#include "tests/property/trees.hpp"

namespace rialto::property {

Json any_event(Random& random);

/// `event` with a few of its parts changed, taken away, doubled, wrapped, ...
Json changed_event(Random& random, Json event);

}  // namespace rialto::property
