#pragma once

#include <string>
#include <utility>

#include "rialto/queues/message.hpp"

namespace rialto::targets {

/// The message that EventBridge makes of an event: with its trace header, unless that is empty, as AWS X-Ray has it.
inline queues::Draft event_draft(std::string body, const std::string& trace_header) {
    queues::Draft draft{.body = std::move(body), .sender = "events.amazonaws.com"};
    if (!trace_header.empty())
        draft.system.emplace("AWSTraceHeader", queues::MessageAttribute{"String", trace_header});
    return draft;
}

}  // namespace rialto::targets
