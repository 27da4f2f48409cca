#include "rialto/targets/queue_express.hpp"

#include <map>
#include <utility>

#include "targets/queue_draft.hpp"

namespace rialto::targets {

std::optional<bus::Express::Message> QueueExpress::message(const std::string& queue_arn, const std::string& body,
                                                           const std::string& trace_header) {
    const auto name = queues::from_arn(queue_arn);
    if (!name)
        return std::nullopt;
    auto message = queues_.message(*name, event_draft(body, trace_header));
    if (!message)
        return std::nullopt;
    return Message{.queue = message->first, .message = std::move(message->second)};
}

void QueueExpress::placed(const std::vector<storage::DirectMessage>& messages) {
    std::map<storage::QueueId, std::size_t> queues;
    for (const storage::DirectMessage& message : messages)
        ++queues[message.queue];
    for (const auto& [queue, number] : queues)
        queues_.notify(queue, number);
}

}  // namespace rialto::targets
