#include "rialto/storage/archive_sweeper.hpp"

#include <algorithm>
#include <utility>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/log.hpp"

namespace rialto::storage {
namespace {

constexpr Duration kEvery = 1min;
constexpr std::chrono::seconds kStopGrace{5};

}  // namespace

ArchiveSweeper::ArchiveSweeper(asio::any_io_executor executor, ArchiveStore& store, List list, const Clock& clock,
                               Timer& timer, metrics::Registry& metrics)
    : store_{store},
      list_{std::move(list)},
      clock_{clock},
      timer_{timer},
      dropped_{metrics.counter("rialto_storage_trimmed_total", "Rows dropped at the end of their retention.",
                               {{"what", "archives"}})},
      tasks_{std::move(executor)} {}

void ArchiveSweeper::start() { tasks_.spawn("archive sweeper", run()); }

Task<> ArchiveSweeper::stop() { co_await tasks_.stop(kStopGrace); }

Task<> ArchiveSweeper::run() {
    co_await notice_cancellation();
    while (!co_await is_cancelled()) {
        const Status swept = co_await sweep();
        if (!swept)
            log::warn("archived events that are old could not be dropped", {{"reason", swept.error().message}});
        if (swept && !co_await is_cancelled())
            co_await learn();
        co_await timer_.wait_until(clock_.now() + kEvery);
    }
}

Task<Status> ArchiveSweeper::sweep() {
    // The keys first: an archive that is made in between is then in the list, or not among the keys.
    auto stored = co_await store_.keys();
    if (!stored)
        co_return std::move(stored).error();
    const auto kept = co_await list_();
    if (!kept)
        co_return kept.error();
    Status swept = co_await remove_unknown(std::move(*stored), *kept);
    for (auto archive = kept->begin(); swept && archive != kept->end(); ++archive)
        if (archive->retention.count() > 0)
            swept = co_await drop_old(*archive);
    if (swept)
        swept = co_await drop_removed();
    co_return swept;
}

Task<> ArchiveSweeper::learn() {
    const auto learned = co_await store_.learn();
    if (!learned)
        log::warn("what archived events have in common could not be learned", {{"reason", learned.error().message}});
    else if (*learned)
        log::info("archived events take less room from now on");
}

/// A delivery that was under way when its archive was removed may have brought the key back.
Task<Status> ArchiveSweeper::remove_unknown(std::vector<std::string> stored, const std::vector<KeptArchive>& kept) {
    std::vector<std::string> known;
    for (const KeptArchive& archive : kept)
        known.push_back(archive.key);
    std::ranges::sort(known);
    for (std::string& key : stored) {
        if (std::ranges::binary_search(known, key))
            continue;
        Status removed = co_await store_.remove(std::move(key));
        if (!removed)
            co_return removed;
    }
    co_return Status{};
}

Task<Status> ArchiveSweeper::drop_old(KeptArchive archive) {
    while (!co_await is_cancelled()) {
        const auto some = co_await store_.drop_before(archive.key, clock_.now() - archive.retention);
        if (!some)
            co_return some.error();
        if (*some == 0)
            break;
        dropped_.add(static_cast<double>(*some));
    }
    co_return Status{};
}

Task<Status> ArchiveSweeper::drop_removed() {
    while (!co_await is_cancelled()) {
        const auto some = co_await store_.drop_removed();
        if (!some)
            co_return some.error();
        if (*some == 0)
            break;
        dropped_.add(static_cast<double>(*some));
    }
    co_return Status{};
}

}  // namespace rialto::storage
