#pragma once

#include <functional>

#include "rialto/async/task.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/base/result.hpp"
#include "rialto/inspection/recent_events.hpp"

namespace rialto::api {

/// What test suites may look at and turn, under `/_rialto/`. What it refers to must outlive the API.
struct TestRooms {
    inspection::RecentEvents& recent;
    OffsetTimer* time = nullptr;          ///< Null: time cannot be put forward.
    std::function<Task<Status>()> reset;  ///< Removes all that clients made of buses, queues and the like.
};

}  // namespace rialto::api
