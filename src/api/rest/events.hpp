#pragma once

#include "api/router.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/bus/event_bus.hpp"

namespace rialto::api {

/// `POST /events`: CloudEvents in all modes of their HTTP binding, each routed by the rules of its bus, all of them or
/// none. The answer comes when what they owe is on disk. Both references must outlive the router.
void add_event_routes(Router& router, bus::EventBus& bus, const Clock& clock);

}  // namespace rialto::api
