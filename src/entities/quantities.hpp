#pragma once

#include <cstddef>

#include "entities/terms.hpp"

namespace rialto::entities {

/// The number with a unit, a currency or a scale that begins at `at`.
Match match_quantity(const Terms& terms, std::size_t at);

/// How many terms of a number stand at `at`: "1,500", "5 million", "three hundred", "a dozen".
std::size_t number_size(const Terms& terms, std::size_t at);

}  // namespace rialto::entities
