#pragma once

#include "rialto/bus/event_bus.hpp"
#include "rialto/queues/queues.hpp"

namespace rialto::targets {

/// Lets events go into queues as they are accepted, where nothing can go wrong between: a standard queue that is there,
/// and the event as it is. Thread-safe.
class QueueExpress final : public bus::Express {
public:
    explicit QueueExpress(const queues::Queues& queues) : queues_{queues} {}

    std::optional<Message> message(const std::string& queue_arn, const std::string& body,
                                   const std::string& trace_header) override;
    void placed(const std::vector<storage::DirectMessage>& messages) override;

private:
    const queues::Queues& queues_;
};

}  // namespace rialto::targets
