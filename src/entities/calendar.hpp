#pragma once

#include <cstddef>

#include "entities/terms.hpp"

namespace rialto::entities {

// Each gives the position after what it looks for at `at`, or `at` if that is not there.

bool is_month(const Terms& terms, std::size_t at);

/// "2026", ", 2026", "of 2026".
std::size_t past_year(const Terms& terms, std::size_t at);

/// "March 3", "March 3rd, 2026", "March 2026", "3 March", "3 to 5 March", "the 3rd of March 2026", "March".
std::size_t past_calendar(const Terms& terms, std::size_t at);

/// Whether the number of four digits at `at` is a year, by what is around it: "in 1998", "the 1991 Gulf War"; not
/// "2000 people", "page 1234".
bool is_lone_year(const Terms& terms, std::size_t at);

/// "1998", "1998-2004", "1998 - 2004", "2003 - 05".
std::size_t past_lone_years(const Terms& terms, std::size_t at);

}  // namespace rialto::entities
