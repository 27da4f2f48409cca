#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace rialto::queues {

/// Whose queue it is, where, and how it is called.
struct QueueName {
    std::string account;
    std::string region;
    std::string name;
    auto operator<=>(const QueueName&) const = default;
};

/// `arn:aws:sqs:REGION:ACCOUNT:NAME`.
std::string arn_of(const QueueName& queue);

/// Nothing if it is not the ARN of a queue.
std::optional<QueueName> from_arn(std::string_view arn);

/// Whether queues keep their messages in order: their names say so.
bool is_fifo(std::string_view name);

}  // namespace rialto::queues
