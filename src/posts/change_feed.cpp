#include "rialto/posts/change_feed.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/crash_point.hpp"
#include "rialto/base/log.hpp"

namespace rialto::posts {
namespace {

constexpr std::size_t kRelayed = 64;
constexpr std::chrono::seconds kAgainAfterFault{1};
constexpr std::chrono::seconds kStopGrace{5};

std::string_view name_of(storage::ChangeKind kind) {
    switch (kind) {
        case storage::ChangeKind::Insert:
            return "INSERT";
        case storage::ChangeKind::Modify:
            return "MODIFY";
        case storage::ChangeKind::Remove:
            return "REMOVE";
    }
    return "";
}

std::size_t size_of(const std::optional<std::string>& text) { return text ? text->size() : 0; }

}  // namespace

void add_members(json::ObjectWriter& writer, const storage::Change& change) {
    writer.text("eventName", name_of(change.kind))
        .text("sequenceNumber", std::to_string(change.sequence))
        .json("keys", json::ObjectWriter{}.text("id", change.post_id).finish());
    if (change.new_image)
        writer.json("newImage", *change.new_image);
    if (change.old_image)
        writer.json("oldImage", *change.old_image);
}

std::string to_json(const storage::Change& change) {
    constexpr std::size_t kRest = 200;  // about what stands around the images
    json::ObjectWriter writer{size_of(change.new_image) + size_of(change.old_image) + kRest};
    add_members(writer, change);
    return writer.finish();
}

std::optional<std::int64_t> trimmed_to(std::int64_t since, const std::vector<storage::Change>& changes) {
    if (changes.empty() || changes.front().sequence == since + 1)
        return std::nullopt;
    return changes.front().sequence - 1;
}

ChangeFeed::ChangeFeed(asio::any_io_executor executor, storage::PostStore& store, bus::EventBus& bus, Signal& news)
    : store_{store}, bus_{bus}, news_{news}, tasks_{std::move(executor)} {}

void ChangeFeed::start() { tasks_.spawn("change feed", relay()); }

Task<> ChangeFeed::stop() { co_await tasks_.stop(kStopGrace); }

Task<Result<std::vector<storage::Change>>> ChangeFeed::wait(std::int64_t since, std::size_t limit,
                                                            std::chrono::steady_clock::time_point deadline) {
    while (true) {
        const auto seen = news_.version();
        auto changes = co_await store_.changes(since, limit);
        if (!changes || !changes->empty())
            co_return changes;
        const bool news = co_await news_.wait(seen, deadline);
        if (!news)
            co_return std::vector<storage::Change>{};
    }
}

Task<> ChangeFeed::relay() {
    co_await notice_cancellation();
    std::optional<std::int64_t> relayed;  // as far as we know: after a fault, only the store knows
    bool waiting = false;
    while (!co_await is_cancelled()) {
        const auto seen = news_.version();
        const auto more = co_await relay_some(relayed);
        if (!more) {
            relayed.reset();
            if (!std::exchange(waiting, true))
                log::warn("the change feed waits for the store", {{"reason", more.error().message}});
            asio::steady_timer pause{co_await asio::this_coro::executor, kAgainAfterFault};
            co_await pause.async_wait(kNoThrow);
            continue;
        }
        waiting = false;
        if (!*more)
            co_await news_.wait(seen, std::chrono::steady_clock::time_point::max());
    }
}

/// True if there may be more. Moves `relayed` on.
Task<Result<bool>> ChangeFeed::relay_some(std::optional<std::int64_t>& relayed) {
    if (!relayed) {
        const auto stored = co_await store_.relayed();
        if (!stored)
            co_return stored.error();
        relayed = *stored;
    }
    const auto changes = co_await store_.changes(*relayed, kRelayed);
    if (!changes)
        co_return changes.error();
    if (changes->empty())
        co_return false;
    storage::Outbox outbox;
    for (const auto& change : *changes)
        for (auto& owed : bus_.route(kChangeBus, bus_.make_event(kChangeSource, kChange, to_json(change))))
            outbox.push_back(std::move(owed));
    crash_point("change.unrelayed");
    const Status written = co_await store_.set_relayed(changes->back().sequence, outbox);
    crash_point("relay.undispatched");
    if (!written)
        co_return written.error();
    relayed = changes->back().sequence;
    bus_.dispatch(std::move(outbox));
    co_return true;
}

}  // namespace rialto::posts
