#pragma once

#include "rialto/json/value.hpp"

namespace rialto::model {

/// How envelopes that passed the door are read. Their detail may be nested as deep as AWS lets it be; names that stand
/// twice and half surrogate pairs are for the door to refuse, where they are refused at all.
inline constexpr json::ParseLimits kEnvelopeLimits{
    .depth = 1100, .reject_duplicate_keys = false, .reject_half_pairs = false};

}  // namespace rialto::model
