#include "rialto/targets/archive.hpp"

#include <utility>

#include "rialto/json/value.hpp"
#include "targets/gatherer.hpp"

namespace rialto::targets {

/// Where the deliveries for one archive meet.
struct Archive::Desk : Gatherer<storage::ArchiveEntry, Status> {
    using Gatherer::Gatherer;
};

Archive::Archive(storage::ArchiveStore& store) : store_{store} {}
Archive::~Archive() = default;

Task<delivery::Outcome> Archive::deliver(const delivery::Attempt& attempt) {
    if (attempt.event.find("replay-name") != nullptr)
        co_return delivery::Delivered{};
    storage::ArchiveEntry entry{.ingested = attempt.ingested,
                                .sequence = attempt.delivery,
                                .event_id = attempt.event_id,
                                .envelope = json::write(attempt.event)};
    const auto desk = desk_of(std::get<model::ArchiveTarget>(attempt.target).arn);
    Status appended = co_await desk->put(std::move(entry));
    if (!appended)
        co_return delivery::failed(std::move(appended).error());
    co_return delivery::Delivered{};
}

std::shared_ptr<Archive::Desk> Archive::desk_of(const std::string& arn) {
    const std::lock_guard lock{mutex_};
    if (const auto known = desks_.find(arn); known != desks_.end())
        if (auto desk = known->second.lock())
            return desk;
    std::erase_if(desks_, [](const auto& entry) { return entry.second.expired(); });
    auto to_archive = [this, arn](std::vector<storage::ArchiveEntry> entries) {
        return write(arn, std::move(entries));
    };
    auto desk = std::make_shared<Desk>(std::move(to_archive), Error{Errc::Unavailable, "archive: the server stops"});
    desks_.emplace(arn, desk);
    return desk;
}

Task<std::vector<Status>> Archive::write(std::string arn, std::vector<storage::ArchiveEntry> entries) {
    const std::size_t number = entries.size();
    const Status written = co_await store_.append(std::move(arn), std::move(entries));
    co_return std::vector<Status>(number, written);
}

}  // namespace rialto::targets
