#pragma once

#include "api/aws/errors.hpp"
#include "rialto/json/value.hpp"

/// Tags of buses and rules: `[{"Key", "Value"}]`, as their documents have them in the member "Tags".
namespace rialto::api::aws::events {

/// `present` with those that a request gives: of a key that is there already the value is replaced. Validation or
/// LimitExceeded, if a key is given twice, is one of AWS's own, or would be the 51st.
Outcome<json::Array> join_tags(const json::Array& present, const json::Array& given);

}  // namespace rialto::api::aws::events
