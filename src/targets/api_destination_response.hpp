#pragma once

#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/delivery/target.hpp"
#include "rialto/http/client.hpp"

namespace rialto::targets {

/// A token or the credentials were not accepted.
bool is_unauthorized(int status);

/// What an answer of an API destination means. `now` is for a Retry-After that is a date.
delivery::Outcome outcome_of(const http::ClientResponse& response, TimePoint now);

/// A call that got no answer.
delivery::Failed unanswered(Error error);

}  // namespace rialto::targets
