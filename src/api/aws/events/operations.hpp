#pragma once

#include "api/aws/operation.hpp"
#include "rialto/async/worker_pool.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/model/quotas.hpp"
#include "rialto/storage/archive_store.hpp"

/// Amazon EventBridge. Each family of operations is a file of its own, each operation a row of the table in
/// operations.cpp.
namespace rialto::api::aws::events {

/// The rooms that the operations speak for. They must outlive them.
struct Rooms {
    bus::Catalog& catalog;
    bus::EventBus& bus;
    storage::ArchiveStore& archives;
    WorkerPool& computing;
    const Clock& clock;
    Random& random;
    model::Quotas quotas{};
};

Operation create_event_bus(const Rooms& rooms);
Operation update_event_bus(const Rooms& rooms);
Operation describe_event_bus(const Rooms& rooms);
Operation list_event_buses(const Rooms& rooms);
Operation delete_event_bus(const Rooms& rooms);
Operation put_permission(const Rooms& rooms);
Operation remove_permission(const Rooms& rooms);
Operation put_rule(const Rooms& rooms);
Operation describe_rule(const Rooms& rooms);
Operation list_rules(const Rooms& rooms);
Operation enable_rule(const Rooms& rooms);
Operation disable_rule(const Rooms& rooms);
Operation delete_rule(const Rooms& rooms);
Operation put_targets(const Rooms& rooms);
Operation remove_targets(const Rooms& rooms);
Operation list_targets_by_rule(const Rooms& rooms);
Operation list_rule_names_by_target(const Rooms& rooms);
Operation put_events(const Rooms& rooms);
Operation put_partner_events(const Rooms& rooms);
Operation create_archive(const Rooms& rooms);
Operation update_archive(const Rooms& rooms);
Operation describe_archive(const Rooms& rooms);
Operation list_archives(const Rooms& rooms);
Operation delete_archive(const Rooms& rooms);
Operation start_replay(const Rooms& rooms);
Operation cancel_replay(const Rooms& rooms);
Operation describe_replay(const Rooms& rooms);
Operation list_replays(const Rooms& rooms);
Operation test_event_pattern(const Rooms& rooms);

Operation create_connection(const Rooms& rooms);
Operation update_connection(const Rooms& rooms);
Operation describe_connection(const Rooms& rooms);
Operation list_connections(const Rooms& rooms);
Operation deauthorize_connection(const Rooms& rooms);
Operation delete_connection(const Rooms& rooms);

Operation create_api_destination(const Rooms& rooms);
Operation update_api_destination(const Rooms& rooms);
Operation describe_api_destination(const Rooms& rooms);
Operation list_api_destinations(const Rooms& rooms);
Operation delete_api_destination(const Rooms& rooms);

Operation create_endpoint(const Rooms& rooms);
Operation update_endpoint(const Rooms& rooms);
Operation describe_endpoint(const Rooms& rooms);
Operation list_endpoints(const Rooms& rooms);
Operation delete_endpoint(const Rooms& rooms);

Operation create_partner_event_source(const Rooms& rooms);
Operation describe_partner_event_source(const Rooms& rooms);
Operation list_partner_event_sources(const Rooms& rooms);
Operation list_partner_event_source_accounts(const Rooms& rooms);
Operation delete_partner_event_source(const Rooms& rooms);
Operation activate_event_source(const Rooms& rooms);
Operation deactivate_event_source(const Rooms& rooms);
Operation describe_event_source(const Rooms& rooms);
Operation list_event_sources(const Rooms& rooms);

Operation tag_resource(const Rooms& rooms);
Operation untag_resource(const Rooms& rooms);
Operation list_tags_for_resource(const Rooms& rooms);

Service service(const Rooms& rooms);

}  // namespace rialto::api::aws::events
