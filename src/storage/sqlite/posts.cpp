#include "storage/sqlite/posts.hpp"

#include <algorithm>

#include "rialto/base/crash_point.hpp"
#include "storage/sqlite/outbox.hpp"
#include "storage/sqlite/page.hpp"
#include "storage/sqlite/trim.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr std::size_t kImageBytes = std::size_t{4} << 20U;

Post read_post(const Statement& row) {
    return {.id = row.text(0),
            .version = row.number(1),
            .text_version = row.number(2),
            .created_at = row.time(3),
            .updated_at = row.time(4),
            .author = row.text(5),
            .title = row.text(6),
            .body = row.text(7),
            .topic = row.text(8),
            .entities = row.optional_text(9)};
}

Change read_change(const Statement& row) {
    return {.sequence = row.number(0),
            .kind = static_cast<ChangeKind>(row.number(1)),
            .post_id = row.text(2),
            .at = row.time(3),
            .old_image = row.optional_text(4),
            .new_image = row.optional_text(5)};
}

void append(Connection& db, const Change& change) {
    db.run("INSERT INTO changes(kind, post_id, at, old_image, new_image) VALUES (?, ?, ?, ?, ?)",
           static_cast<std::int64_t>(change.kind), change.post_id, change.at, change.old_image, change.new_image);
}

void insert_post(Connection& db, const Post& post) {
    db.run(
        "INSERT INTO posts(id, version, text_version, created_at, updated_at, author, title, body, topic, entities) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        post.id, post.version, post.text_version, post.created_at, post.updated_at, post.author, post.title, post.body,
        post.topic, post.entities);
}

/// The post that a request with this key made before, if it did and the key still counts at `now`.
Result<std::optional<std::string>> find_key(Connection& db, const Idempotency& idempotency, TimePoint now) {
    auto row =
        db.query("SELECT fingerprint, post_id FROM idempotency WHERE key = ? AND expires > ?", idempotency.key, now);
    if (!row.step())
        return std::nullopt;
    if (row.text(0) != idempotency.fingerprint)
        return Error{Errc::Conflict, "the idempotency key was used with another request"};
    return row.text(1);
}

/// Also takes away a few keys that ran out, more than are added, so that the table does not grow without end.
void keep_key(Connection& db, const Idempotency& idempotency, const std::string& post_id, TimePoint now) {
    db.run(
        "DELETE FROM idempotency WHERE key IN "
        "(SELECT key FROM idempotency WHERE expires <= ? ORDER BY expires LIMIT 4)",
        now);
    db.run("INSERT OR REPLACE INTO idempotency(key, fingerprint, post_id, expires) VALUES (?, ?, ?, ?)",
           idempotency.key, idempotency.fingerprint, post_id, idempotency.expires);
}

/// NotFound, or Conflict if the post is at another version.
Status expect_version(Connection& db, const std::string& id, std::int64_t version) {
    auto row = db.query("SELECT version FROM posts WHERE id = ?", id);
    if (!row.step())
        return Error{Errc::NotFound, "there is no post " + id};
    if (row.number(0) != version)
        return Error{Errc::Conflict, "post " + id + " is at version " + std::to_string(row.number(0)) + ", not " +
                                         std::to_string(version)};
    return {};
}

void update_post(Connection& db, const Post& post) {
    db.run(
        "UPDATE posts SET version = ?2, text_version = ?3, created_at = ?4, updated_at = ?5, author = ?6, title = ?7, "
        "body = ?8, topic = ?9, entities = ?10 WHERE id = ?1",
        post.id, post.version, post.text_version, post.created_at, post.updated_at, post.author, post.title, post.body,
        post.topic, post.entities);
}

// Of each of the four an index of its own yields its rows in order, so that no row is read in vain.
constexpr Sql kAll{
    "SELECT id, version, text_version, created_at, updated_at, author, title, body, topic, entities FROM posts "
    "WHERE id < ?1 ORDER BY id DESC LIMIT ?2"};
constexpr Sql kOfTopic{
    "SELECT id, version, text_version, created_at, updated_at, author, title, body, topic, entities FROM posts "
    "WHERE id < ?1 AND topic = ?3 ORDER BY id DESC LIMIT ?2"};
constexpr Sql kOfAuthor{
    "SELECT id, version, text_version, created_at, updated_at, author, title, body, topic, entities FROM posts "
    "WHERE id < ?1 AND author = ?3 ORDER BY id DESC LIMIT ?2"};
constexpr Sql kOfTopicAndAuthor{
    "SELECT id, version, text_version, created_at, updated_at, author, title, body, topic, entities FROM posts "
    "WHERE id < ?1 AND topic = ?3 AND author = ?4 ORDER BY id DESC LIMIT ?2"};

std::size_t size_of(const Post& post) {
    return post.title.size() + post.body.size() + (post.entities ? post.entities->size() : 0);
}

/// The page, of which `sql` finds one row more than it may hold.
template <class... Values>
Page<Post> find(Connection& db, Sql sql, std::size_t limit, std::string_view before, Values&&... values) {
    Statement rows = db.query(sql, before, limit + 1, std::forward<Values>(values)...);
    return read_page(rows, limit, read_post, size_of);
}

Page<Post> find(Connection& db, const PostFilter& filter) {
    const std::string before = filter.before.value_or("\x7f");  // sorts after every id
    if (filter.topic && filter.author)
        return find(db, kOfTopicAndAuthor, filter.limit, before, *filter.topic, *filter.author);
    if (filter.topic)
        return find(db, kOfTopic, filter.limit, before, *filter.topic);
    if (filter.author)
        return find(db, kOfAuthor, filter.limit, before, *filter.author);
    return find(db, kAll, filter.limit, before);
}

std::vector<Change> find_changes(Connection& db, std::int64_t since, std::size_t limit) {
    std::vector<Change> changes;
    std::size_t bytes = 0;
    Statement rows = db.query(
        "SELECT sequence, kind, post_id, at, old_image, new_image FROM changes WHERE sequence > ? ORDER BY sequence "
        "LIMIT ?",
        since, limit);
    while (bytes < kImageBytes && rows.step()) {
        const Change& change = changes.emplace_back(read_change(rows));
        bytes += change.old_image.value_or("").size() + change.new_image.value_or("").size();
    }
    return changes;
}

std::size_t trim(Connection& db, Retention kept, TimePoint now) {
    const std::int64_t oldest = db.number("SELECT min(sequence) FROM changes");
    const std::int64_t newest = db.number("SELECT max(sequence) FROM changes");
    const std::int64_t relayed = db.number("SELECT value FROM meta WHERE name = 'relayed'");
    // The newest stays, since numbers go on from there.
    const auto gone =
        keys_beyond(db.query("SELECT sequence, at, ifnull(length(old_image), 0) + ifnull(length(new_image), 0) "
                             "FROM changes WHERE sequence <= ? ORDER BY sequence LIMIT ?",
                             std::min(relayed, newest - 1), kTrimmedAtOnce),
                    newest - oldest + 1 - static_cast<std::int64_t>(kept.entries), now - kept.age);
    if (!gone.empty())
        db.run("DELETE FROM changes WHERE sequence <= ?", gone.back());
    return gone.size();
}

}  // namespace

Task<Result<Inserted>> Posts::insert(Post post, Change change, std::optional<Idempotency> idempotency, Outbox outbox) {
    auto job = [post = std::move(post), change = std::move(change), idempotency = std::move(idempotency),
                outbox = std::move(outbox)](Connection& db) -> Result<Inserted> {
        if (idempotency) {
            const auto known = find_key(db, *idempotency, change.at);
            if (!known)
                return known.error();
            if (*known)
                return Inserted{.post_id = **known, .fresh = false};
            keep_key(db, *idempotency, post.id, change.at);
        }
        insert_post(db, post);
        append(db, change);
        append(db, outbox);
        crash_point("post.uncommitted");
        return Inserted{.post_id = post.id, .fresh = true};
    };
    return writer_.write(std::move(job));
}

Task<Status> Posts::replace(Post post, std::int64_t expected_version, Change change, Outbox outbox) {
    auto job = [post = std::move(post), expected_version, change = std::move(change),
                outbox = std::move(outbox)](Connection& db) -> Status {
        if (Status status = expect_version(db, post.id, expected_version); !status)
            return status;
        update_post(db, post);
        append(db, change);
        append(db, outbox);
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Status> Posts::remove(std::string id, std::int64_t expected_version, Change change, Outbox outbox) {
    auto job = [id = std::move(id), expected_version, change = std::move(change),
                outbox = std::move(outbox)](Connection& db) -> Status {
        if (Status status = expect_version(db, id, expected_version); !status)
            return status;
        db.run("DELETE FROM posts WHERE id = ?", id);
        append(db, change);
        append(db, outbox);
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Result<Post>> Posts::get(std::string id) {
    auto job = [id = std::move(id)](Connection& db) -> Result<Post> {
        Statement row = db.query(
            "SELECT id, version, text_version, created_at, updated_at, author, title, body, topic, entities "
            "FROM posts WHERE id = ?",
            id);
        if (!row.step())
            return Error{Errc::NotFound, "there is no post " + id};
        return read_post(row);
    };
    return readers_.read(std::move(job));
}

Task<Result<Page<Post>>> Posts::list(PostFilter filter) {
    auto job = [filter = std::move(filter)](Connection& db) -> Result<Page<Post>> { return find(db, filter); };
    return readers_.read(std::move(job));
}

Task<Result<std::vector<Change>>> Posts::changes(std::int64_t since, std::size_t limit) {
    auto job = [since, limit](Connection& db) -> Result<std::vector<Change>> { return find_changes(db, since, limit); };
    return readers_.read(std::move(job));
}

Task<Result<std::int64_t>> Posts::last_sequence() {
    auto job = [](Connection& db) -> Result<std::int64_t> { return db.number("SELECT max(sequence) FROM changes"); };
    return readers_.read(std::move(job));
}

Task<Result<std::int64_t>> Posts::relayed() {
    auto job = [](Connection& db) -> Result<std::int64_t> {
        return db.number("SELECT value FROM meta WHERE name = 'relayed'");
    };
    return readers_.read(std::move(job));
}

Task<Status> Posts::set_relayed(std::int64_t sequence, Outbox outbox) {
    auto job = [sequence, outbox = std::move(outbox)](Connection& db) -> Status {
        db.run("UPDATE meta SET value = ? WHERE name = 'relayed'", sequence);
        crash_point("relay.uncommitted");
        append(db, outbox);
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Result<std::size_t>> Posts::trim_changes(Retention kept, TimePoint now) {
    auto job = [kept, now](Connection& db) -> Result<std::size_t> { return trim(db, kept, now); };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
