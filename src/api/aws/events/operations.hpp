#pragma once

#include "api/aws/operation.hpp"
#include "rialto/async/worker_pool.hpp"

/// Amazon EventBridge. Each operation is a file of its own and a row of the table in operations.cpp.
namespace rialto::api::aws::events {

/// What they are given must outlive them.
Operation test_event_pattern(WorkerPool& pool);

Service service(WorkerPool& pool);

}  // namespace rialto::api::aws::events
