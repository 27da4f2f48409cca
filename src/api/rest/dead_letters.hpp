#pragma once

#include "api/router.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::api {

/// `/dead-letters`: what could not be delivered, to be looked at, sent again or dropped. The references must outlive
/// the router.
void add_dead_letter_routes(Router& router, storage::Store& store, delivery::Dispatcher& dispatcher,
                            const Clock& clock);

}  // namespace rialto::api
