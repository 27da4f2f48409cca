#pragma once

#include "api/aws/shape.hpp"

namespace rialto::api::aws::events {

/// A rule's target (AWS: Target), with the settings of every kind of target that AWS has.
Shape target_shape();

}  // namespace rialto::api::aws::events
