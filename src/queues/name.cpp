#include "rialto/queues/name.hpp"

namespace rialto::queues {

std::string arn_of(const QueueName& queue) {
    return "arn:aws:sqs:" + queue.region + ':' + queue.account + ':' + queue.name;
}

std::optional<QueueName> from_arn(std::string_view arn) {
    constexpr std::string_view kPrefix = "arn:aws:sqs:";
    if (!arn.starts_with(kPrefix))
        return std::nullopt;
    arn.remove_prefix(kPrefix.size());
    const auto region = arn.substr(0, arn.find(':'));
    if (region.size() == arn.size())
        return std::nullopt;
    arn.remove_prefix(region.size() + 1);
    const auto account = arn.substr(0, arn.find(':'));
    if (region.empty() || account.empty() || account.size() + 1 >= arn.size())
        return std::nullopt;
    const auto name = arn.substr(account.size() + 1);
    if (name.find(':') != std::string_view::npos)
        return std::nullopt;
    return QueueName{std::string{account}, std::string{region}, std::string{name}};
}

bool is_fifo(std::string_view name) { return name.ends_with(".fifo"); }

}  // namespace rialto::queues
