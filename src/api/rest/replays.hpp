#pragma once

#include <cstddef>

#include "api/router.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/storage/archive_store.hpp"

namespace rialto::api {

/// What the routes use, which must outlive the router.
struct ReplayRooms {
    bus::Catalog& catalog;
    storage::ArchiveStore& archives;
    const Clock& clock;
    std::size_t most_under_way = 10;  ///< Of an account.
};

/// `/replays`: replays that AWS's StartReplay has no words for, to another bus than the archive's or at a chosen rate.
/// They are the same replays, known to DescribeReplay and the others.
void add_replay_routes(Router& router, const ReplayRooms& rooms);

}  // namespace rialto::api
