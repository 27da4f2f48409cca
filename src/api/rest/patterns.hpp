#pragma once

#include "api/router.hpp"
#include "rialto/async/worker_pool.hpp"

namespace rialto::api {

/// `POST /patterns/explain`: why an event matches a pattern, or why not. No rule and no bus takes part. Runs on `pool`,
/// which must outlive the router.
void add_pattern_routes(Router& router, WorkerPool& pool);

}  // namespace rialto::api
