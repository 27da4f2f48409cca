#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"

namespace rialto::model {

/// An event as it stands on a bus.
struct Event {
    std::string id;
    std::string detail_type;
    std::string source;
    std::string account;
    TimePoint time;
    std::string region;
    std::string replay_name;  ///< Of the replay that put the event on its bus again; empty if none did.
    std::vector<std::string> resources;
    std::string detail;        ///< The JSON text of an object.
    std::string trace_header;  ///< AWS X-Ray's, beside the envelope, not in it; empty if there is none.
};

/// The envelope as AWS writes it: compact, members in its order, time in whole seconds, `replay-name` only in a
/// replayed event. Without the trace header.
std::string to_json(const Event& event);

/// Reads an envelope back. Corrupt if it is none.
Result<Event> event_from_json(std::string_view envelope);

}  // namespace rialto::model
