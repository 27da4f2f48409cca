#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/outbox.hpp"
#include "rialto/storage/page.hpp"
#include "rialto/storage/retention.hpp"

namespace rialto::storage {

struct Post {
    std::string id;
    std::int64_t version = 1;       ///< Counts every change.
    std::int64_t text_version = 1;  ///< The version in which title or body last changed.
    TimePoint created_at;
    TimePoint updated_at;
    std::string author;
    std::string title;
    std::string body;
    std::string topic;
    std::optional<std::string> entities;  ///< JSON text; nothing until the text was read.
};

enum class ChangeKind { Insert, Modify, Remove };

/// What one transaction did to one post.
struct Change {
    std::int64_t sequence = 0;  ///< Given by the store: ascending by one, in commit order, never reused.
    ChangeKind kind = ChangeKind::Insert;
    std::string post_id;
    TimePoint at;
    std::optional<std::string> old_image;  ///< JSON text of the post before, unless it was inserted.
    std::optional<std::string> new_image;  ///< JSON text of the post after, unless it was removed.
};

/// A key that a client chose so that repeating a request does not repeat its effect.
struct Idempotency {
    std::string key;
    std::string fingerprint;  ///< Of the request: the same key with another request is an error.
    TimePoint expires;
};

struct Inserted {
    std::string post_id;  ///< Of the post that is there now: an older one, if the idempotency key was known.
    bool fresh = true;
};

struct PostFilter {
    std::optional<std::string> topic;
    std::optional<std::string> author;
    std::optional<std::string> before;  ///< Only posts whose id sorts before this one.
    std::size_t limit = 50;
};

/// Posts and the feed of their changes. Writes complete after they are on disk, in one transaction with their change
/// and outbox. Thread-safe. Every call may also fail with Unavailable (no space, I/O error, overload): nothing was
/// acknowledged then.
class PostStore {
public:
    virtual ~PostStore() = default;

    /// Conflict: the idempotency key was used with another fingerprint.
    virtual Task<Result<Inserted>> insert(Post post, Change change, std::optional<Idempotency> idempotency,
                                          Outbox outbox) = 0;

    /// Replaces the post of that id. NotFound, or Conflict if it is not at `expected_version`.
    virtual Task<Status> replace(Post post, std::int64_t expected_version, Change change, Outbox outbox) = 0;

    virtual Task<Status> remove(std::string id, std::int64_t expected_version, Change change, Outbox outbox) = 0;

    virtual Task<Result<Post>> get(std::string id) = 0;

    /// Newest first, at most about a MiB.
    virtual Task<Result<Page<Post>>> list(PostFilter filter) = 0;

    /// Changes after `since`, oldest first, at most `limit`, at most about 4 MiB of images (but at least one). Their
    /// numbers have no gaps: if the first is not the next after `since`, those in between are kept no longer.
    virtual Task<Result<std::vector<Change>>> changes(std::int64_t since, std::size_t limit) = 0;

    /// The last sequence number given, 0 if none.
    virtual Task<Result<std::int64_t>> last_sequence() = 0;

    /// The last change that was put on the bus of changes.
    virtual Task<Result<std::int64_t>> relayed() = 0;

    /// Records that the changes up to `sequence` were put on the bus, together with the events they made.
    virtual Task<Status> set_relayed(std::int64_t sequence, Outbox outbox) = 0;

    /// Drops some of the oldest changes beyond the bounds, but none that was not relayed, and never the newest. How
    /// many they were: 0 once nothing more is to be dropped.
    virtual Task<Result<std::size_t>> trim_changes(Retention kept, TimePoint now) = 0;
};

}  // namespace rialto::storage
