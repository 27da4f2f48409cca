#pragma once

#include <string>
#include <string_view>

#include "api/aws/errors.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws::events {

/// A bus's policy as PutPermission was given it, in the form in which AWS keeps it: its statements in a list, accounts
/// by the ARN of their root. The failure is Validation in AWS's words. `arn` is of the bus.
Outcome<json::Object> read_policy(std::string_view text, const std::string& arn);

/// A policy without statements.
json::Object empty_policy();

}  // namespace rialto::api::aws::events
