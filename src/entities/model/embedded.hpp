#pragma once

#include <string_view>

namespace rialto::entities {

/// english.model, in the program's read-only data.
std::string_view embedded_model();

}  // namespace rialto::entities
