#pragma once

#include "api/router.hpp"
#include "rialto/api/testing.hpp"
#include "rialto/base/id.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/event_bus.hpp"

/// What test suites may ask, under `/_rialto/`. docs/testing.md describes it. All references must outlive the router.
namespace rialto::api {

/// `POST /_rialto/reset`.
void add_reset_route(Router& router, const TestRooms& rooms);

/// `GET /_rialto/events`, and `/_rialto/events/wait` with the pattern in the query (GET) or as the body (POST).
void add_recent_event_routes(Router& router, const TestRooms& rooms);

/// `POST /_rialto/rules/{bus}/{rule}/fire`.
void add_fire_route(Router& router, const bus::Catalog& catalog, bus::EventBus& bus, const Clock& clock,
                    Random& random);

/// `GET /_rialto/clock` and `POST /_rialto/clock/advance`.
void add_clock_routes(Router& router, const TestRooms& rooms, const Clock& clock);

}  // namespace rialto::api
