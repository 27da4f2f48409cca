#pragma once

#include "api/aws/events/support.hpp"

/// Archives and replays.
///
/// An archive's document has ArchiveName, EventSourceArn, State, CreationTime and, as far as they were given,
/// StateReason, Description, EventPattern, RetentionDays and KmsKeyIdentifier. Its own rule stands on its bus: what
/// matches is delivered to the archive.
///
/// A replay's has ReplayName, EventSourceArn, Destination, State, EventStartTime, EventEndTime, ReplayStartTime and, as
/// far as they are known, StateReason, Description, EventLastReplayedTime and ReplayEndTime.
namespace rialto::api::aws::events {

/// ResourceAlreadyExists if another rule has the name of the archive's own.
Outcome<void> check_archive_rule(const Resources& resources, const Identity& owner, const json::Object& archive);

/// Puts the archive's own rule on its bus, or puts it right.
void put_archive_rule(Edit& edit, const Identity& owner, const json::Object& archive, std::int64_t now);
void erase_archive_rule(Edit& edit, const Identity& owner, const json::Object& archive);

}  // namespace rialto::api::aws::events
