#pragma once

#include "api/router.hpp"
#include "rialto/async/worker_pool.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/inspection/attempt_log.hpp"
#include "rialto/inspection/unmatched_events.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::api {

/// `/deliveries`: what is owed, the attempts that were made of late, what became of one delivery, and events that
/// matched no rule. The references must outlive the router.
void add_delivery_routes(Router& router, storage::Store& store, const inspection::AttemptLog& attempts,
                         const inspection::UnmatchedEvents& unmatched, const bus::Catalog& catalog,
                         WorkerPool& computing);

}  // namespace rialto::api
