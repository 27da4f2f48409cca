#include "rialto/targets/archive.hpp"

#include <utility>

#include "rialto/json/value.hpp"

namespace rialto::targets {

/// Attempts that come together are for one rule's target, and so for one archive.
Task<std::vector<delivery::Outcome>> Archive::deliver_all(const std::vector<delivery::Attempt>& attempts) {
    std::vector<storage::ArchiveEntry> entries;
    for (const delivery::Attempt& attempt : attempts)
        if (attempt.event.find("replay-name") == nullptr)
            entries.push_back({.ingested = attempt.ingested,
                               .sequence = attempt.delivery,
                               .event_id = attempt.event_id,
                               .envelope = json::write(attempt.event)});
    Status appended;
    if (!entries.empty())
        appended =
            co_await store_.append(std::get<model::ArchiveTarget>(attempts.front().target).arn, std::move(entries));
    delivery::Outcome outcome = delivery::Delivered{};
    if (!appended)
        outcome = delivery::failed(std::move(appended).error());
    co_return std::vector<delivery::Outcome>(attempts.size(), outcome);
}

}  // namespace rialto::targets
