#pragma once

#include "api/router.hpp"
#include "rialto/targets/subscriptions.hpp"

namespace rialto::api {

/// `/topics/{topic}/subscriptions` for programs, `/subscriptions/confirm` and `/subscriptions/unsubscribe` for the
/// people who follow a link from a mail. `subscriptions` must outlive the router.
void add_subscription_routes(Router& router, targets::Subscriptions& subscriptions);

}  // namespace rialto::api
