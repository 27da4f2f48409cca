#pragma once

#include <optional>
#include <string>

#include "rialto/base/clock.hpp"

namespace rialto::http {

/// A date of a header field, in any of the three forms of RFC 9110 section 5.6.7. Nothing if it is not one.
std::optional<TimePoint> from_http_date(const std::string& text);

}  // namespace rialto::http
