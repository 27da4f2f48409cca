#pragma once

#include "api/router.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/bus/catalog.hpp"

namespace rialto::api {

/// `/replays`: replays that AWS's StartReplay has no words for, to another bus than the archive's or at a chosen rate.
/// They are the same replays, known to DescribeReplay and the others. The references must outlive the router.
void add_replay_routes(Router& router, bus::Catalog& catalog, const Clock& clock);

}  // namespace rialto::api
