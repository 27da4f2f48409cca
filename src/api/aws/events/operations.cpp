#include "api/aws/events/operations.hpp"

namespace rialto::api::aws::events {

Service service(const Rooms& rooms) {
    return {.prefix = "AWSEvents",
            .operations = {
                create_event_bus(rooms),
                update_event_bus(rooms),
                describe_event_bus(rooms),
                list_event_buses(rooms),
                delete_event_bus(rooms),
                put_permission(rooms),
                remove_permission(rooms),
                put_rule(rooms),
                describe_rule(rooms),
                list_rules(rooms),
                enable_rule(rooms),
                disable_rule(rooms),
                delete_rule(rooms),
                put_targets(rooms),
                remove_targets(rooms),
                list_targets_by_rule(rooms),
                list_rule_names_by_target(rooms),
                put_events(rooms),
                create_archive(rooms),
                update_archive(rooms),
                describe_archive(rooms),
                list_archives(rooms),
                delete_archive(rooms),
                start_replay(rooms),
                cancel_replay(rooms),
                describe_replay(rooms),
                list_replays(rooms),
                test_event_pattern(rooms),

                create_connection(rooms),
                update_connection(rooms),
                describe_connection(rooms),
                list_connections(rooms),
                deauthorize_connection(rooms),
                delete_connection(rooms),

                create_api_destination(rooms),
                update_api_destination(rooms),
                describe_api_destination(rooms),
                list_api_destinations(rooms),
                delete_api_destination(rooms),

                create_endpoint(rooms),
                update_endpoint(rooms),
                describe_endpoint(rooms),
                list_endpoints(rooms),
                delete_endpoint(rooms),

                create_partner_event_source(rooms),
                describe_partner_event_source(rooms),
                list_partner_event_sources(rooms),
                list_partner_event_source_accounts(rooms),
                delete_partner_event_source(rooms),
                activate_event_source(rooms),
                deactivate_event_source(rooms),
                describe_event_source(rooms),
                list_event_sources(rooms),

                tag_resource(rooms),
                untag_resource(rooms),
                list_tags_for_resource(rooms),
            }};
}

}  // namespace rialto::api::aws::events
