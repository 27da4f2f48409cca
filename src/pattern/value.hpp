#pragma once

#include <cstdint>
#include <string_view>

#include "pattern/number.hpp"

namespace rialto::pattern {

enum class Kind : std::uint8_t { String, Number, True, False, Null };

/// One leaf of an event. The views point into the event or into the reader's memory.
struct Value {
    Kind kind = Kind::Null;
    Number number;          ///< For Kind::Number only.
    std::string_view text;  ///< A string without its quotes and escapes; for anything else as it is written.
};

}  // namespace rialto::pattern
