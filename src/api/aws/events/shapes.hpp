#pragma once

#include "api/aws/shape.hpp"

/// Shapes that several operations of EventBridge share, with the names that AWS's service model has for them.
namespace rialto::api::aws::events {

Shape event_bus_name();
Shape event_bus_name_or_arn();
Shape non_partner_event_bus_name();
Shape event_source_name();
/// RuleName, TargetId, ReplayName, ConnectionName, ApiDestinationName and EndpointName are one and the same.
Shape resource_name();
Shape archive_name();
/// ArchiveArn and EventBusArn.
Shape source_arn();
Shape arn();  ///< 1 to 1600 characters.
Shape description();
Shape kms_key();
Shape iam_role();
Shape account_id();
Shape dead_letter_config();
Shape log_config();
Shape tags();
Shape limit();       ///< 1 to 100.
Shape next_token();  ///< 1 to 2048 characters.
Shape https_endpoint();

}  // namespace rialto::api::aws::events
