#pragma once

#include <string_view>

namespace rialto::entities {

/// Whether the word, in any case and without its full stop, is an abbreviation that keeps the stop: "Mr", "Inc", "Jan".
/// `after` is what follows the stop: "Mar", "Sat" and "No" are abbreviations before a number or a comma.
bool is_abbreviation(std::string_view word, std::string_view after);

}  // namespace rialto::entities
