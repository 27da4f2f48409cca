#pragma once

#include "api/aws/errors.hpp"
#include "api/aws/events/support.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws::events {

/// Whether PutTargets may give this target to a rule of that bus: what its shape does not say. Validation, in AWS's
/// words where they are known.
Outcome<void> check_target(const json::Object& target, const BusName& bus);

}  // namespace rialto::api::aws::events
