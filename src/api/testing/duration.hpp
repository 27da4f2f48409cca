#pragma once

#include <string_view>

#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"

namespace rialto::api {

/// A whole number and its unit, as in the configuration: `500ms`, `30s`, `5m`, `1h` or `7d`. InvalidArgument if it is
/// none, or more than `most`.
Result<Duration> read_duration(std::string_view text, Duration most);

}  // namespace rialto::api
