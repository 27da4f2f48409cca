#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/async/task.hpp"
#include "rialto/async/task_group.hpp"
#include "rialto/base/result.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/json/object_writer.hpp"
#include "rialto/storage/post_store.hpp"

namespace rialto::posts {

/// The bus that hears of changes to posts, and what it hears.
inline constexpr const char* kChangeBus = "websocket";
inline constexpr const char* kChangeSource = "rialto.posts.changes";
inline constexpr const char* kChange = "BlogPostChange";

/// Adds a change as DynamoDB Streams tells it, with plain JSON images: eventName, sequenceNumber, keys, newImage,
/// oldImage.
void add_members(json::ObjectWriter& writer, const storage::Change& change);

/// An object with just these members, as text.
std::string to_json(const storage::Change& change);

/// Where the feed now goes on for who has seen it up to `since` and has read `changes`, if some in between are kept no
/// longer.
std::optional<std::int64_t> trimmed_to(std::int64_t since, const std::vector<storage::Change>& changes);

/// Reads the changes of posts, in their total order, and puts each of them on the bus of changes.
///
/// How far the bus has got is written in the same transaction as the events it owes, so that each change is put there
/// exactly once, whatever happens in between. Thread-safe.
class ChangeFeed {
public:
    /// All references must outlive the feed; `news` is notified after each change.
    ChangeFeed(asio::any_io_executor executor, storage::PostStore& store, bus::EventBus& bus, Signal& news);

    void start();
    Task<> stop();

    /// Changes after `since`, oldest first.
    Task<Result<std::vector<storage::Change>>> read(std::int64_t since, std::size_t limit) {
        return store_.changes(since, limit);
    }
    Task<Result<std::int64_t>> last_sequence() { return store_.last_sequence(); }

    /// As read(), but waits for the first change until the deadline, then returns none. Ends early when cancelled.
    Task<Result<std::vector<storage::Change>>> wait(std::int64_t since, std::size_t limit,
                                                    std::chrono::steady_clock::time_point deadline);

private:
    Task<> relay();
    Task<Result<bool>> relay_some(std::optional<std::int64_t>& relayed);

    storage::PostStore& store_;
    bus::EventBus& bus_;
    Signal& news_;
    TaskGroup tasks_;  // last: its task uses everything above
};

}  // namespace rialto::posts
