#pragma once

#include "api/aws/errors.hpp"
#include "api/aws/shape.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws {

/// Holds a structure, as deserialize() makes it, to the constraints of its shape. The failure is Validation and tells
/// of each that is not kept, up to ten, in AWS's words.
Outcome<void> check_constraints(const json::Object& input, const Shape& shape);

}  // namespace rialto::api::aws
