#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "rialto/queues/message.hpp"

namespace rialto::targets {

/// Whether a queue takes it as an AWSTraceHeader: a header is ASCII.
inline bool is_trace_header(const std::string& text) {
    constexpr std::size_t kLongest = 500;
    return !text.empty() && text.size() <= kLongest &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; });
}

/// The message that EventBridge makes of an event: with its trace header, as AWS X-Ray has it. One that no queue takes
/// is left out, so that the event comes without it.
inline queues::Draft event_draft(std::string body, const std::string& trace_header) {
    queues::Draft draft{.body = std::move(body), .sender = "events.amazonaws.com"};
    if (is_trace_header(trace_header))
        draft.system.emplace("AWSTraceHeader", queues::MessageAttribute{"String", trace_header});
    return draft;
}

}  // namespace rialto::targets
