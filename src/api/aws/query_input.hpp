#pragma once

#include "api/aws/errors.hpp"
#include "api/aws/shape.hpp"
#include "api/rest/query.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws {

/// The parameters of a request in the Query protocol as the structure `shape`, as deserialize() makes one of JSON.
/// Parameters that the shape does not know are passed over. The failure is MalformedQueryString.
Outcome<json::Object> read_query(const Query& parameters, const Shape& shape);

}  // namespace rialto::api::aws
