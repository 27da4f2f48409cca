#pragma once

#include <string_view>

#include "api/aws/errors.hpp"
#include "api/aws/shape.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws {

/// The body of a request as the structure `shape`, which AWS's own reader would make of it: its members in the order of
/// the shape, without nulls and without what the shape does not know; numbers as whole numbers that fit. Constraints
/// are not looked at. The failure is Serialization.
Outcome<json::Object> deserialize(std::string_view body, const Shape& shape);

}  // namespace rialto::api::aws
