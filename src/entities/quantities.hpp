#pragma once

#include <cstddef>

#include "entities/terms.hpp"

namespace rialto::entities {

/// The number with a unit, a currency or a scale that begins at `at`.
Match match_quantity(const Terms& terms, std::size_t at);

/// The position after the number at `at`, or `at`: "1,500", "5 million", "one hundred and fifty", "a dozen",
/// "two and a half".
std::size_t past_number(const Terms& terms, std::size_t at);

/// The same of a number or a range: "5 to 10", "two or three", "20 - 30". Of "1998 to 5" only the year.
std::size_t past_range(const Terms& terms, std::size_t at);

/// The position after the period at `at`, or `at`: "days", "year and a half".
std::size_t past_period(const Terms& terms, std::size_t at);

}  // namespace rialto::entities
