#pragma once

#include "api/aws/errors.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws::events {

/// Whether the `Tags` of a request may be given to a resource: at most 50, no key twice, none that begins with `aws:`.
Outcome<void> check_tags(const json::Object& input);

}  // namespace rialto::api::aws::events
