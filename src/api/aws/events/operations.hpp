#pragma once

#include "api/aws/operation.hpp"
#include "rialto/async/worker_pool.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/event_bus.hpp"

/// Amazon EventBridge. Each family of operations is a file of its own, each operation a row of the table in
/// operations.cpp.
namespace rialto::api::aws::events {

/// The rooms that the operations speak for. They must outlive them.
struct Rooms {
    bus::Catalog& catalog;
    bus::EventBus& bus;
    WorkerPool& computing;
    const Clock& clock;
    Random& random;
};

Operation test_event_pattern(const Rooms& rooms);

Service service(const Rooms& rooms);

}  // namespace rialto::api::aws::events
