#pragma once

#include <string_view>

namespace rialto::entities {

/// Whether the word, in any case and without its full stop, is an abbreviation that keeps the stop: "Mr", "Inc", "Jan".
bool is_abbreviation(std::string_view word);

}  // namespace rialto::entities
