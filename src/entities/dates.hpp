#pragma once

#include <cstddef>

#include "entities/terms.hpp"

namespace rialto::entities {

/// The date or time of day that begins at `at`.
Match match_date(const Terms& terms, std::size_t at);

}  // namespace rialto::entities
