#include "rialto/posts/posts.hpp"

#include <algorithm>
#include <utility>

namespace rialto::posts {
namespace {

/// How often an edit without If-Match is made anew because someone else was faster.
constexpr int kEditAttempts = 10;

storage::Change change_between(const storage::Post* old, const storage::Post* next, TimePoint at) {
    storage::Change change;
    change.kind = old == nullptr    ? storage::ChangeKind::Insert
                  : next == nullptr ? storage::ChangeKind::Remove
                                    : storage::ChangeKind::Modify;
    change.post_id = (old != nullptr ? old : next)->id;
    change.at = at;
    if (old != nullptr)
        change.old_image = to_json(*old);
    if (next != nullptr)
        change.new_image = to_json(*next);
    return change;
}

bool has_draft(const storage::Post& post, const Draft& draft) {
    return post.author == draft.author && post.title == draft.title && post.body == draft.body &&
           post.topic == draft.topic;
}

storage::Post edited(const storage::Post& old, Draft draft, TimePoint now) {
    storage::Post next = old;
    const bool same_text = old.title == draft.title && old.body == draft.body;
    next.version = old.version + 1;
    next.updated_at = std::max(now, old.updated_at);
    next.author = std::move(draft.author);
    next.title = std::move(draft.title);
    next.body = std::move(draft.body);
    next.topic = std::move(draft.topic);
    if (!same_text) {
        next.text_version = next.version;
        next.entities.reset();
    }
    return next;
}

Error version_conflict(std::int64_t now) {
    return {Errc::Conflict, "the post is at version " + std::to_string(now) + " by now"};
}

}  // namespace

Posts::Posts(storage::PostStore& store, bus::EventBus& bus, const Clock& clock, Random& random,
             Duration idempotency_lifetime)
    : store_{store}, bus_{bus}, clock_{clock}, ids_{clock, random}, idempotency_lifetime_{idempotency_lifetime} {}

Task<Result<Created>> Posts::create(Draft draft, std::optional<IdempotencyKey> key) {
    const TimePoint now = clock_.now();
    storage::Post post{.id = ids_.next(),
                       .created_at = now,
                       .updated_at = now,
                       .author = std::move(draft.author),
                       .title = std::move(draft.title),
                       .body = std::move(draft.body),
                       .topic = std::move(draft.topic),
                       .entities = {}};
    std::optional<storage::Idempotency> idempotency;
    if (key)
        idempotency =
            storage::Idempotency{std::move(key->key), std::move(key->fingerprint), now + idempotency_lifetime_};
    storage::Change change = change_between(nullptr, &post, now);
    storage::Outbox outbox = announce(kCreated, *change.new_image);
    auto inserted = co_await store_.insert(post, std::move(change), std::move(idempotency), outbox);
    if (!inserted)
        co_return std::move(inserted).error();
    if (!inserted->fresh) {
        auto older = co_await store_.get(inserted->post_id);
        if (!older)
            co_return std::move(older).error();
        co_return Created{std::move(*older), false};
    }
    bus_.dispatch(std::move(outbox));
    news_.notify();
    co_return Created{std::move(post), true};
}

Task<Result<storage::Post>> Posts::get(std::string id) { return store_.get(std::move(id)); }

Task<Result<storage::Page<storage::Post>>> Posts::list(storage::PostFilter filter) {
    return store_.list(std::move(filter));
}

Task<std::expected<storage::Post, Refusal>> Posts::update(std::string id, std::optional<std::int64_t> if_version,
                                                          Edit edit) {
    for (int attempt = 0; attempt < kEditAttempts; ++attempt) {
        auto old = co_await store_.get(id);
        if (!old)
            co_return std::unexpected{Refusal{std::move(old).error(), {}}};
        if (if_version && *if_version != old->version)
            co_return std::unexpected{Refusal{version_conflict(old->version), {}}};
        auto draft = edit(*old);
        if (!draft)
            co_return std::unexpected{
                Refusal{{Errc::InvalidArgument, "the post is not valid"}, std::move(draft).error()}};
        if (has_draft(*old, *draft))
            co_return std::move(*old);
        storage::Post next = edited(*old, std::move(*draft), clock_.now());
        Status written = co_await replace(*old, next, announce(kUpdated, to_json(next)));
        if (written)
            co_return next;
        if (written.error().code != Errc::Conflict)
            co_return std::unexpected{Refusal{std::move(written).error(), {}}};
    }
    co_return std::unexpected{Refusal{{Errc::Conflict, "the post changes faster than it can be edited"}, {}}};
}

Task<Status> Posts::remove(std::string id, std::optional<std::int64_t> if_version) {
    for (int attempt = 0; attempt < kEditAttempts; ++attempt) {
        auto old = co_await store_.get(id);
        if (!old)
            co_return std::move(old).error();
        if (if_version && *if_version != old->version)
            co_return version_conflict(old->version);
        storage::Outbox outbox = announce(kDeleted, to_json(*old));
        Status removed = co_await store_.remove(id, old->version, change_between(&*old, nullptr, clock_.now()), outbox);
        if (removed) {
            bus_.dispatch(std::move(outbox));
            news_.notify();
        }
        if (removed || removed.error().code != Errc::Conflict)
            co_return removed;
    }
    co_return Error{Errc::Conflict, "the post changes faster than it can be removed"};
}

Task<Result<bool>> Posts::set_entities(std::string id, std::int64_t text_version, std::string entities) {
    for (int attempt = 0; attempt < kEditAttempts; ++attempt) {
        auto old = co_await store_.get(id);
        if (!old && old.error().code == Errc::NotFound)
            co_return false;
        if (!old)
            co_return std::move(old).error();
        if (old->text_version != text_version || old->entities == entities)
            co_return false;
        storage::Post next = *old;
        next.version = old->version + 1;
        next.updated_at = std::max(clock_.now(), old->updated_at);
        next.entities = entities;
        Status written = co_await replace(*old, std::move(next), {});
        if (written)
            co_return true;
        if (written.error().code != Errc::Conflict && written.error().code != Errc::NotFound)
            co_return std::move(written).error();
    }
    co_return Error{Errc::Conflict, "the post changes faster than its entities can be written"};
}

Task<Status> Posts::replace(const storage::Post& old, storage::Post next, storage::Outbox outbox) {
    storage::Change change = change_between(&old, &next, next.updated_at);
    Status written = co_await store_.replace(std::move(next), old.version, std::move(change), outbox);
    if (written) {
        bus_.dispatch(std::move(outbox));
        news_.notify();
    }
    co_return written;
}

storage::Outbox Posts::announce(const char* detail_type, std::string post) {
    return bus_.route(kBus, bus_.make_event(kSource, detail_type, std::move(post)));
}

}  // namespace rialto::posts
