#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rialto/base/result.hpp"
#include "rialto/json/value.hpp"

namespace rialto::model {

/// The longest policy of a bus, in bytes as it is kept.
inline constexpr std::size_t kLongestPolicy = 10'240;

/// A bus's policy as PutPermission is given it, in the form in which AWS keeps it: its statements in a list, accounts
/// by the ARN of their root. InvalidArgument in AWS's words. `arn` is of the bus.
Result<json::Object> read_policy(std::string_view text, const std::string& arn);

/// A policy without statements.
json::Object empty_policy();

}  // namespace rialto::model
