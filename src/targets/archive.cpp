#include "rialto/targets/archive.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/json/value.hpp"

namespace rialto::targets {
namespace {

constexpr auto kForEver = std::chrono::steady_clock::time_point::max();

Error cancelled() { return {Errc::Unavailable, "archive: the server stops"}; }

}  // namespace

/// Entries that are written together. The delivery that opened it sees to that.
struct Archive::Batch {
    std::vector<storage::ArchiveEntry> entries;
    std::optional<Status> outcome;
};

/// Where the deliveries for one archive meet.
struct Archive::Desk {
    std::shared_ptr<Batch> gathering;      ///< Null if nothing waits.
    std::shared_ptr<const Batch> writing;  ///< Null if nothing is being written.
    Signal news;                           ///< A batch has its outcome.
};

/// Of one delivery.
struct Archive::Place {
    std::shared_ptr<Desk> desk;
    std::shared_ptr<Batch> batch;
    bool opened = false;  ///< Its delivery is the batch's first.
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
    Status appended = co_await append(std::get<model::ArchiveTarget>(attempt.target).arn, std::move(entry));
    if (!appended)
        co_return delivery::failed(std::move(appended).error());
    co_return delivery::Delivered{};
}

Task<Status> Archive::append(std::string arn, storage::ArchiveEntry entry) {
    const Place place = join(arn, std::move(entry));
    if (place.opened)
        co_await write_when_free(std::move(arn), place);
    while (true) {
        const auto seen = place.desk->news.version();
        if (auto outcome = outcome_of(place))
            co_return std::move(*outcome);
        const bool news = co_await place.desk->news.wait(seen, kForEver);
        if (!news)
            co_return cancelled();
    }
}

Archive::Place Archive::join(const std::string& arn, storage::ArchiveEntry entry) {
    const std::lock_guard lock{mutex_};
    auto& desk = desks_[arn];
    if (!desk)
        desk = std::make_shared<Desk>();
    const bool opens = !desk->gathering;
    if (opens)
        desk->gathering = std::make_shared<Batch>();
    desk->gathering->entries.push_back(std::move(entry));
    return {.desk = desk, .batch = desk->gathering, .opened = opens};
}

/// Waits for the write under way, then writes what has gathered. The batch has its outcome afterwards in any case.
Task<> Archive::write_when_free(std::string arn, Place place) {
    std::vector<storage::ArchiveEntry> entries;
    while (true) {
        const auto seen = place.desk->news.version();
        if (take(place, entries))
            break;
        const bool news = co_await place.desk->news.wait(seen, kForEver);
        if (!news) {
            settle(arn, place, cancelled());
            co_return;
        }
    }
    Status written = co_await store_.append(arn, std::move(entries));
    settle(arn, place, std::move(written));
}

/// Closes the batch and takes its entries, unless another is being written.
bool Archive::take(Place& place, std::vector<storage::ArchiveEntry>& into) {
    const std::lock_guard lock{mutex_};
    if (place.desk->writing)
        return false;
    place.desk->writing = place.batch;
    place.desk->gathering.reset();
    into = std::move(place.batch->entries);
    return true;
}

void Archive::settle(const std::string& arn, Place& place, Status outcome) {
    const std::lock_guard lock{mutex_};
    Desk& desk = *place.desk;
    place.batch->outcome = std::move(outcome);
    if (desk.writing == place.batch)
        desk.writing.reset();
    if (desk.gathering == place.batch)
        desk.gathering.reset();
    if (!desk.writing && !desk.gathering)
        desks_.erase(arn);
    desk.news.notify();
}

std::optional<Status> Archive::outcome_of(const Place& place) {
    const std::lock_guard lock{mutex_};
    return place.batch->outcome;
}

}  // namespace rialto::targets
