#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/result.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/posts/draft.hpp"
#include "rialto/storage/post_store.hpp"

namespace rialto::posts {

/// The bus that hears of posts, and the source and detail-types of what it hears.
inline constexpr const char* kBus = "default";
inline constexpr const char* kSource = "rialto.posts";
inline constexpr const char* kCreated = "BlogPostCreated";
inline constexpr const char* kUpdated = "BlogPostUpdated";
inline constexpr const char* kDeleted = "BlogPostDeleted";

/// Why a post was not written: `problems` if the draft is at fault.
struct Refusal {
    Error error;
    std::vector<Problem> problems;
};

/// A key that a client chose so that a repeated request is done once, and the request's fingerprint.
struct IdempotencyKey {
    std::string key;
    std::string fingerprint;
};

struct Created {
    storage::Post post;
    bool fresh = true;  ///< False: the key was known, and this is the post it made, as it is now.
};

/// Blog posts. Each change is one transaction with its entry in the change feed and its event: what is answered is on
/// disk, and will be delivered. Thread-safe.
class Posts {
public:
    /// All references must outlive this.
    Posts(storage::PostStore& store, bus::EventBus& bus, const Clock& clock, Random& random,
          Duration idempotency_lifetime);

    /// Conflict: the key was used with another request.
    Task<Result<Created>> create(Draft draft, std::optional<IdempotencyKey> key);

    Task<Result<storage::Post>> get(std::string id);
    Task<Result<storage::Page<storage::Post>>> list(storage::PostFilter filter);

    /// Makes the new draft from the post as it is.
    using Edit = std::function<std::expected<Draft, std::vector<Problem>>(const storage::Post&)>;

    /// Applies `edit`. NotFound; or Conflict if the post is not at `if_version`. An edit that changes nothing writes
    /// nothing. A new title or body takes away the entities of the old.
    Task<std::expected<storage::Post, Refusal>> update(std::string id, std::optional<std::int64_t> if_version,
                                                       Edit edit);

    Task<Status> remove(std::string id, std::optional<std::int64_t> if_version);

    /// Writes what was found in the text of `text_version`. False if the post is gone or its text is another by now, or
    /// the same entities are there already. Makes a change but no event, so that the flow does not start again.
    Task<Result<bool>> set_entities(std::string id, std::int64_t text_version, std::string entities);

    /// Notified after each change.
    Signal& news() { return news_; }

private:
    Task<Status> replace(const storage::Post& old, storage::Post next, storage::Outbox outbox);
    storage::Outbox announce(const char* detail_type, std::string post);

    storage::PostStore& store_;
    bus::EventBus& bus_;
    const Clock& clock_;
    SortableIds ids_;
    const Duration idempotency_lifetime_;
    Signal news_;
};

}  // namespace rialto::posts
