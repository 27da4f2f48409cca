#include "storage/sqlite/queues.hpp"

#include "storage/sqlite/trim.hpp"

namespace rialto::storage::sqlite {
namespace {

StoredQueue read_queue(const Statement& row) {
    return {.id = row.number(0),
            .account = row.text(1),
            .region = row.text(2),
            .name = row.text(3),
            .attributes = row.text(4),
            .tags = row.text(5),
            .retention = Duration{row.number(6)},
            .created = row.time(7),
            .modified = row.time(8)};
}

bool is_there(Connection& db, const StoredQueue& queue) {
    return db.number("SELECT id FROM queues WHERE account = ? AND region = ? AND name = ?", queue.account, queue.region,
                     queue.name) != 0;
}

std::int64_t new_content(Connection& db) {
    db.run("UPDATE meta SET value = value + 1 WHERE name = 'queue_contents'");
    return db.number("SELECT value FROM meta WHERE name = 'queue_contents'");
}

/// From here on nobody sees these messages; trim_queues() takes them off the disk.
void drop_content(Connection& db, std::int64_t content) {
    db.run("INSERT INTO queue_garbage(content) VALUES (?)", content);
}

/// Messages are never visible before they were sent, so what was visible before `oldest` is old for certain. The few
/// that are old and were hidden since are not given out any more, and come to this in time.
std::size_t drop_messages(Connection& db, std::int64_t content, TimePoint oldest) {
    const auto gone = keys_beyond(db.query("SELECT row, visible, length(body) FROM queue_messages "
                                           "WHERE content = ? AND visible < ? ORDER BY visible LIMIT ?",
                                           content, oldest, kTrimmedAtOnce),
                                  0, oldest);
    for (const std::int64_t row : gone)
        db.run("DELETE FROM queue_messages WHERE row = ?", row);
    return gone.size();
}

std::size_t drop_garbage(Connection& db) {
    const std::int64_t content = db.number("SELECT min(content) FROM queue_garbage");
    if (content == 0)
        return 0;
    const std::size_t gone = drop_messages(db, content, TimePoint::max());
    if (gone > 0)
        return gone;
    db.run("DELETE FROM queue_garbage WHERE content = ?", content);
    return 1;
}

std::size_t drop_expired(Connection& db, TimePoint now) {
    std::vector<std::pair<std::int64_t, Duration>> contents;
    {
        Statement rows = db.query("SELECT content, retention FROM queues");
        while (rows.step())
            contents.emplace_back(rows.number(0), Duration{rows.number(1)});
    }
    for (const auto& [content, retention] : contents)
        if (const std::size_t gone = drop_messages(db, content, now - retention); gone > 0)
            return gone;
    return 0;
}

std::size_t drop_duplicate_keys(Connection& db, TimePoint now) {
    db.run(
        "DELETE FROM queue_duplicates WHERE (queue, key) IN "
        "(SELECT queue, key FROM queue_duplicates WHERE expires < ? LIMIT ?)",
        now, kTrimmedAtOnce);
    return static_cast<std::size_t>(db.changes());
}

std::size_t trim(Connection& db, TimePoint now) {
    if (const std::size_t gone = drop_garbage(db); gone > 0)
        return gone;
    if (const std::size_t gone = drop_expired(db, now); gone > 0)
        return gone;
    return drop_duplicate_keys(db, now);
}

}  // namespace

std::int64_t content_of(Connection& db, QueueId queue) {
    return db.number("SELECT content FROM queues WHERE id = ?", queue);
}

Error no_queue(QueueId queue) { return {Errc::NotFound, "there is no queue " + std::to_string(queue)}; }

Task<Result<std::vector<StoredQueue>>> Queues::queues() {
    auto job = [](Connection& db) -> Result<std::vector<StoredQueue>> {
        std::vector<StoredQueue> queues;
        Statement rows = db.query(
            "SELECT id, account, region, name, attributes, tags, retention, created, modified FROM queues ORDER BY id");
        while (rows.step())
            queues.push_back(read_queue(rows));
        return queues;
    };
    return readers_.read(std::move(job));
}

Task<Result<QueueId>> Queues::create(StoredQueue queue) {
    auto job = [queue = std::move(queue)](Connection& db) -> Result<QueueId> {
        if (is_there(db, queue))
            return Error{Errc::AlreadyExists, "there is a queue " + queue.name + " already"};
        const std::int64_t content = new_content(db);
        db.run(
            "INSERT INTO queues(account, region, name, attributes, tags, retention, created, modified, content, "
            "sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            queue.account, queue.region, queue.name, queue.attributes, queue.tags, queue.retention.count(),
            queue.created, queue.modified, content);
        return db.last_row();
    };
    return writer_.write(std::move(job));
}

Task<Status> Queues::update(StoredQueue queue) {
    auto job = [queue = std::move(queue)](Connection& db) -> Status {
        db.run("UPDATE queues SET attributes = ?, tags = ?, retention = ?, modified = ? WHERE id = ?", queue.attributes,
               queue.tags, queue.retention.count(), queue.modified, queue.id);
        return db.changes() == 0 ? no_queue(queue.id) : Status{};
    };
    return writer_.write(std::move(job));
}

Task<Status> Queues::remove(QueueId queue) {
    auto job = [queue](Connection& db) -> Status {
        const std::int64_t content = content_of(db, queue);
        if (content == 0)
            return no_queue(queue);
        drop_content(db, content);
        db.run("DELETE FROM queues WHERE id = ?", queue);
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Status> Queues::purge(QueueId queue) {
    auto job = [queue](Connection& db) -> Status {
        const std::int64_t content = content_of(db, queue);
        if (content == 0)
            return no_queue(queue);
        drop_content(db, content);
        const std::int64_t fresh = new_content(db);
        db.run("UPDATE queues SET content = ? WHERE id = ?", fresh, queue);
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Result<QueueCounts>> Queues::counts(QueueId queue, TimePoint now) {
    auto job = [queue, now](Connection& db) -> Result<QueueCounts> {
        const std::int64_t content = content_of(db, queue);
        if (content == 0)
            return no_queue(queue);
        QueueCounts counts;
        counts.visible = static_cast<std::size_t>(
            db.number("SELECT count(*) FROM queue_messages WHERE content = ? AND visible <= ?", content, now));
        Statement hidden = db.query(
            "SELECT count(*), count(nullif(receives, 0)) FROM queue_messages WHERE content = ? AND visible > ?",
            content, now);
        if (hidden.step()) {
            counts.in_flight = static_cast<std::size_t>(hidden.number(1));
            counts.delayed = static_cast<std::size_t>(hidden.number(0) - hidden.number(1));
        }
        return counts;
    };
    return readers_.read(std::move(job));
}

Task<Result<std::optional<TimePoint>>> Queues::next_visible(QueueId queue, TimePoint now) {
    auto job = [queue, now](Connection& db) -> Result<std::optional<TimePoint>> {
        Statement row = db.query("SELECT min(visible) FROM queue_messages WHERE content = ? AND visible > ?",
                                 content_of(db, queue), now);
        return row.step() ? row.optional_time(0) : std::nullopt;
    };
    return readers_.read(std::move(job));
}

Task<Result<std::size_t>> Queues::trim_queues(TimePoint now) {
    auto job = [now](Connection& db) -> Result<std::size_t> { return trim(db, now); };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
