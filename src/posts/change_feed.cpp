#include "rialto/posts/change_feed.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/log.hpp"

namespace rialto::posts {
namespace {

constexpr std::size_t kRelayed = 64;
constexpr std::chrono::seconds kAgainAfterFault{1};
constexpr std::chrono::seconds kStopGrace{5};

json::Value image(const std::optional<std::string>& text) {
    auto value = json::parse(text.value_or("null"));
    return value ? std::move(*value) : json::Value{};
}

}  // namespace

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

json::Object to_json(const storage::Change& change) {
    json::Object object{{"eventName", name_of(change.kind)},
                        {"sequenceNumber", std::to_string(change.sequence)},
                        {"keys", json::Object{{"id", change.post_id}}}};
    if (change.new_image)
        object.set("newImage", image(change.new_image));
    if (change.old_image)
        object.set("oldImage", image(change.old_image));
    return object;
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
    while (!co_await is_cancelled()) {
        const auto seen = news_.version();
        const auto more = co_await relay_some();
        if (!more) {
            log::warn("the change feed waits for the store", {{"reason", more.error().message}});
            asio::steady_timer pause{co_await asio::this_coro::executor, kAgainAfterFault};
            co_await pause.async_wait(kNoThrow);
        } else if (!*more) {
            co_await news_.wait(seen, std::chrono::steady_clock::time_point::max());
        }
    }
}

/// True if there may be more.
Task<Result<bool>> ChangeFeed::relay_some() {
    const auto relayed = co_await store_.relayed();
    if (!relayed)
        co_return relayed.error();
    const auto changes = co_await store_.changes(*relayed, kRelayed);
    if (!changes)
        co_return changes.error();
    if (changes->empty())
        co_return false;
    storage::Outbox outbox;
    for (const auto& change : *changes)
        for (auto& owed : bus_.route(kChangeBus, bus_.make_event(kChangeSource, kChange, to_json(change))))
            outbox.push_back(std::move(owed));
    const Status written = co_await store_.set_relayed(changes->back().sequence, outbox);
    if (!written)
        co_return written.error();
    bus_.dispatch(std::move(outbox));
    co_return true;
}

}  // namespace rialto::posts
