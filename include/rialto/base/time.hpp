#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rialto/base/clock.hpp"

namespace rialto {

/// RFC 3339 in UTC with milliseconds: `2026-01-31T08:15:30.125Z`.
std::string to_rfc3339(TimePoint time);

/// RFC 3339 in UTC in whole seconds, cut: `2026-01-31T08:15:30Z`, as event envelopes have it.
std::string to_rfc3339_seconds(TimePoint time);

/// Any RFC 3339 date-time, offset and fraction included (the fraction is cut to milliseconds).
/// Nothing if it is not one, or not a real date.
std::optional<TimePoint> from_rfc3339(std::string_view text);

/// RFC 5322 date in UTC: `Sat, 31 Jan 2026 08:15:30 +0000`.
std::string to_rfc5322(TimePoint time);

}  // namespace rialto
