#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "rialto/base/clock.hpp"
#include "rialto/bus/identity.hpp"
#include "rialto/bus/replays.hpp"
#include "rialto/bus/resources.hpp"
#include "rialto/json/value.hpp"

/// A replay as the catalog keeps it: ReplayName, EventSourceArn, Destination, State, EventStartTime, EventEndTime,
/// ReplayStartTime and, as far as they are known, Rate, StateReason, Description, EventLastReplayedTime and
/// ReplayEndTime. Times are in milliseconds. ArchiveKeeper follows the catalog and does what the documents say.
namespace rialto::bus {

/// What is asked for, of an archive and a destination that were checked.
struct ReplayRequest {
    std::string name;
    std::optional<std::string> description;
    std::string archive;  ///< Its ARN.
    json::Object destination;
    TimePoint from;
    TimePoint to;
    std::int64_t rate = 0;  ///< Events a second at most; 0: as fast as it goes.
};

/// The document of a replay that begins now.
json::Object new_replay(ReplayRequest request, TimePoint now);

/// The ARN of the replay that has that key in the catalog: what Replays knows it by.
std::string replay_arn(const std::string& key);

/// What runs a replay, of its document.
Replay replay_of(const json::Object& document, const Identity& owner, const Identity& ours);

/// Whether it waits or runs and was not cancelled: it can be cancelled then.
bool is_under_way(const json::Object& document);

/// How many of an account's replays in a region are under way.
std::size_t replays_under_way(const Resources& resources, const Identity& owner);

/// When it ended; the beginning of time if it has not.
TimePoint end_of(const json::Object& document);

/// The document of a replay under way that is to end after its slice.
json::Object cancelled(json::Object document);

/// The document with what was reported of the replay.
json::Object with_report(json::Object document, const ReplayReport& report);

}  // namespace rialto::bus
