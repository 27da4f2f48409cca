#include "storage/sqlite/schema.hpp"

#include <array>
#include <string>

#include "rialto/base/crash_point.hpp"
#include "rialto/storage/backup.hpp"

namespace rialto::storage::sqlite {
namespace {

// Times are milliseconds since 1970. A table's own integer key is named "row" where its text id is the public one.
constexpr const char* kVersion1 = R"sql(
    CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO meta VALUES ('relayed', 0), ('heals', 0), ('next_delivery', 1);

    CREATE TABLE posts(row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
        text_version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, author TEXT NOT NULL,
        title TEXT NOT NULL, body TEXT NOT NULL, topic TEXT NOT NULL, entities TEXT);
    CREATE INDEX posts_by_topic ON posts(topic, id);
    CREATE INDEX posts_by_author ON posts(author, id);

    -- SQLite gives the largest key plus one, so numbers have no gap; whoever trims must leave the newest row.
    CREATE TABLE changes(sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, post_id TEXT NOT NULL,
        at INTEGER NOT NULL, old_image TEXT, new_image TEXT);

    CREATE TABLE idempotency(key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, post_id TEXT NOT NULL,
        expires INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX idempotency_by_expiry ON idempotency(expires);

    CREATE TABLE events(row INTEGER PRIMARY KEY, id TEXT NOT NULL, bus TEXT NOT NULL, ingested INTEGER NOT NULL,
        envelope TEXT NOT NULL);
    CREATE TABLE deliveries(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, target TEXT NOT NULL, rule TEXT NOT NULL,
        part TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL);
    CREATE INDEX deliveries_by_due ON deliveries(due, id, target);
    CREATE INDEX deliveries_by_event ON deliveries(event);
    CREATE TABLE targets(key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE dead_letters(id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, bus TEXT NOT NULL,
        ingested INTEGER NOT NULL, envelope TEXT NOT NULL, target_key TEXT NOT NULL, target TEXT NOT NULL,
        rule TEXT NOT NULL, part TEXT NOT NULL, attempts INTEGER NOT NULL, error_code TEXT NOT NULL,
        error_message TEXT NOT NULL, exhausted TEXT NOT NULL, died INTEGER NOT NULL);

    CREATE TABLE subscriptions(row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
        email TEXT NOT NULL, confirmed INTEGER NOT NULL, token TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
        confirmed_at INTEGER);
    CREATE UNIQUE INDEX subscriptions_by_address ON subscriptions(topic, email COLLATE NOCASE);
    CREATE INDEX subscriptions_by_topic ON subscriptions(topic, id);
    CREATE INDEX subscriptions_pending ON subscriptions(created_at) WHERE confirmed = 0;

    -- One epoch for all channels: their histories begin anew together, with the database.
    CREATE TABLE history(epoch TEXT NOT NULL);
    INSERT INTO history VALUES (lower(hex(randomblob(8))));
    CREATE TABLE channels(row INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first INTEGER NOT NULL,
        last INTEGER NOT NULL);
    CREATE TABLE channel_entries(row INTEGER PRIMARY KEY, channel INTEGER NOT NULL, offset INTEGER NOT NULL,
        event_id TEXT NOT NULL, payload TEXT NOT NULL, at INTEGER NOT NULL);
    CREATE UNIQUE INDEX channel_entries_by_offset ON channel_entries(channel, offset);
    CREATE UNIQUE INDEX channel_entries_by_event ON channel_entries(channel, event_id);
)sql";

// So that dead letters are counted, and the oldest found, without a look at any.
constexpr const char* kVersion2 = "CREATE INDEX dead_letters_by_death ON dead_letters(died);";

constexpr const char* kResources = R"sql(
    CREATE TABLE resources(kind TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY(kind, key))
        WITHOUT ROWID;
    ALTER TABLE events ADD COLUMN hops INTEGER NOT NULL DEFAULT 0;
)sql";

// An archive that was removed has no key, until its entries are gone. The size stands before the long text, so that
// dropping looks at no page that holds only a text's end.
constexpr const char* kArchives = R"sql(
    CREATE TABLE archives(row INTEGER PRIMARY KEY, key TEXT UNIQUE, events INTEGER NOT NULL,
        bytes INTEGER NOT NULL);
    CREATE TABLE archive_entries(row INTEGER PRIMARY KEY, archive INTEGER NOT NULL, ingested INTEGER NOT NULL,
        sequence INTEGER NOT NULL, size INTEGER NOT NULL, event_id TEXT NOT NULL, envelope TEXT NOT NULL);
    CREATE UNIQUE INDEX archive_entries_by_time ON archive_entries(archive, ingested, sequence);
    CREATE TABLE replays(key TEXT PRIMARY KEY, ingested INTEGER NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID;
)sql";

// Of a message's columns those that change come first and its body last, so that SQLite leaves the pages of a long body
// alone when it is received. A group's place in an ordered queue is found in the index alone.
constexpr const char* kQueues = R"sql(
    INSERT INTO meta VALUES ('queue_contents', 0);

    CREATE TABLE queues(id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL,
        name TEXT NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL, retention INTEGER NOT NULL,
        created INTEGER NOT NULL, modified INTEGER NOT NULL, content INTEGER NOT NULL, sequence INTEGER NOT NULL);
    CREATE UNIQUE INDEX queues_by_name ON queues(account, region, name);

    CREATE TABLE queue_messages(row INTEGER PRIMARY KEY, content INTEGER NOT NULL, visible INTEGER NOT NULL,
        receives INTEGER NOT NULL, sequence INTEGER NOT NULL, sent INTEGER NOT NULL, first_received INTEGER NOT NULL,
        dead_from INTEGER NOT NULL, id TEXT NOT NULL, grouped TEXT NOT NULL, properties TEXT NOT NULL,
        body TEXT NOT NULL);
    CREATE INDEX queue_messages_by_visibility ON queue_messages(content, visible, receives);
    CREATE INDEX queue_messages_in_order ON queue_messages(content, sequence, grouped, visible) WHERE sequence > 0;

    CREATE TABLE queue_duplicates(queue INTEGER NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
        sequence INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY(queue, key)) WITHOUT ROWID;
    CREATE INDEX queue_duplicates_by_expiry ON queue_duplicates(expires);
    CREATE TABLE queue_garbage(content INTEGER PRIMARY KEY);
)sql";

// So that one client's list of posts, or flood of subscriptions, costs by what it finds, not by what is there.
constexpr const char* kListIndices = R"sql(
    CREATE INDEX posts_by_topic_and_author ON posts(topic, author, id);
    CREATE INDEX subscriptions_pending_by_address ON subscriptions(email COLLATE NOCASE) WHERE confirmed = 0;
)sql";

// The trace header of an event, which is not in its envelope.
constexpr const char* kTraces = R"sql(
    ALTER TABLE events ADD COLUMN trace TEXT NOT NULL DEFAULT '';
    ALTER TABLE dead_letters ADD COLUMN trace TEXT NOT NULL DEFAULT '';
)sql";

// The due deliveries of each target stand together: who looks for those of one target does not come past those of
// another. An attempt's row number orders all attempts by time. What a dead letter takes with it goes by trigger,
// whoever drops it.
constexpr const char* kAttempts = R"sql(
    ALTER TABLE deliveries ADD COLUMN ordered TEXT;
    DROP INDEX deliveries_by_due;
    CREATE INDEX deliveries_by_target ON deliveries(target, due, id);
    CREATE INDEX deliveries_in_order ON deliveries(target, ordered, id) WHERE ordered IS NOT NULL;

    CREATE TABLE attempts(row INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, number INTEGER NOT NULL,
        at INTEGER NOT NULL, duration INTEGER NOT NULL, status INTEGER NOT NULL, code TEXT NOT NULL,
        message TEXT NOT NULL, response TEXT NOT NULL);
    CREATE INDEX attempts_by_delivery ON attempts(delivery, row);

    ALTER TABLE dead_letters ADD COLUMN delivery INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX dead_letters_by_delivery ON dead_letters(delivery);
    INSERT INTO meta SELECT 'dead_letter_bytes', coalesce(sum(length(CAST(envelope AS BLOB))), 0) FROM dead_letters;
    CREATE TRIGGER dead_letter_came AFTER INSERT ON dead_letters BEGIN
        UPDATE meta SET value = value + length(CAST(new.envelope AS BLOB)) WHERE name = 'dead_letter_bytes';
    END;
    CREATE TRIGGER dead_letter_went AFTER DELETE ON dead_letters BEGIN
        UPDATE meta SET value = value - length(CAST(old.envelope AS BLOB)) WHERE name = 'dead_letter_bytes';
        DELETE FROM attempts WHERE delivery = old.delivery AND old.delivery <> 0;
    END;
)sql";

// From here on archived events may be compressed, which what came before cannot read.
constexpr const char* kPackedArchives = "";

// An event goes with its last delivery. Most have only one: only the others are asked for.
constexpr const char* kSharedEvents = R"sql(
    ALTER TABLE deliveries ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
    UPDATE deliveries SET shared = 1 WHERE event IN (SELECT event FROM deliveries GROUP BY event HAVING count(*) > 1);
    DROP INDEX deliveries_by_event;
    CREATE INDEX deliveries_of_event ON deliveries(event) WHERE shared = 1;
)sql";

// What archived events have in common, by which they are compressed. None is dropped while there is an entry, which may
// need it. And what the clock has shown.
constexpr const char* kDictionaries = R"sql(
    INSERT INTO meta VALUES ('clock', 0);
    CREATE TABLE archive_dictionaries(row INTEGER PRIMARY KEY, learned_at INTEGER NOT NULL, text BLOB NOT NULL);
)sql";

/// Element n brings version n to n + 1.
constexpr std::array kMigrations{kVersion1, kVersion2, kResources,      kArchives,     kQueues,      kListIndices,
                                 kTraces,   kAttempts, kPackedArchives, kSharedEvents, kDictionaries};

Status outcome(Connection& db, const std::filesystem::path& file) {
    auto failure = db.take_failure();
    return failure ? Status{about(file, std::move(failure->error))} : Status{};
}

Status recognise(Connection& db, const std::filesystem::path& file) {
    const std::int64_t tables = db.number("SELECT count(*) FROM sqlite_master");
    const std::int64_t application = db.number("PRAGMA application_id");
    const std::int64_t version = db.number("PRAGMA user_version");
    if (Status status = outcome(db, file); !status)
        return status;
    if (tables > 0 && application != kApplicationId)
        return Error{Errc::Corrupt,
                     file.string() + " is not a database of rialto: restore it from a backup, or move it away"};
    if (version > schema_version())
        return Error{Errc::InvalidArgument, file.string() + " is of version " + std::to_string(version) +
                                                ", this rialto knows " + std::to_string(schema_version()) +
                                                ": use a newer rialto"};
    return {};
}

/// A cheap look at what must be there; a full check of a large file would take minutes.
Status complete(Connection& db, const std::filesystem::path& file) {
    const std::int64_t missing = db.number(
        "SELECT count(*) FROM (VALUES ('meta'), ('posts'), ('changes'), ('idempotency'), ('events'), ('deliveries'), "
        "('targets'), ('dead_letters'), ('subscriptions'), ('history'), ('channels'), ('channel_entries'), "
        "('resources'), ('archives'), ('archive_entries'), ('archive_dictionaries'), ('replays'), ('queues'), "
        "('queue_messages'), ('queue_duplicates'), ('queue_garbage'), ('attempts')) "
        "WHERE column1 NOT IN (SELECT name FROM sqlite_master WHERE type = 'table')");
    const std::int64_t values = db.number(
        "SELECT count(*) FROM meta WHERE name IN ('relayed', 'heals', 'next_delivery', 'queue_contents', "
        "'dead_letter_bytes', 'clock')");
    if (Status status = outcome(db, file); !status)
        return status;
    if (missing != 0 || values != 6)
        return Error{Errc::Corrupt, file.string() + " lacks tables of its version: " + std::string{kRestoreIt}};
    return {};
}

}  // namespace

Error about(const std::filesystem::path& file, Error error) {
    error = std::move(error).within(file.string());
    if (error.code == Errc::Corrupt)
        error.message += ": the file is damaged; " + std::string{kRestoreIt};
    return error;
}

std::int64_t schema_version() { return kMigrations.size(); }

Result<std::unique_ptr<Connection>> open_for_writing(const std::filesystem::path& file) {
    auto db = Connection::open(file, Connection::Access::ReadWrite);
    if (!db)
        return std::move(db.error()).within(file.string());
    (*db)->script(
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;"
        "PRAGMA mmap_size = 0; PRAGMA foreign_keys = OFF;");
    if (Status status = outcome(**db, file); !status)
        return status.error();
    return db;
}

Result<std::unique_ptr<Connection>> open_for_reading(const std::filesystem::path& file) {
    auto db = Connection::open(file, Connection::Access::ReadOnly);
    if (!db)
        return std::move(db.error()).within(file.string());
    (*db)->script("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048; PRAGMA mmap_size = 0;");
    if (Status status = outcome(**db, file); !status)
        return status.error();
    return db;
}

Result<std::unique_ptr<Connection>> open_for_checkpoints(const std::filesystem::path& file) {
    auto db = Connection::open(file, Connection::Access::ReadWrite);
    if (!db)
        return std::move(db.error()).within(file.string());
    // FULL: what was copied is on disk before the log is written over.
    (*db)->script("PRAGMA synchronous = FULL; PRAGMA cache_size = -256; PRAGMA mmap_size = 0;");
    if (Status status = outcome(**db, file); !status)
        return status.error();
    return db;
}

Status migrate(Connection& db, const std::filesystem::path& file) {
    if (Status status = recognise(db, file); !status)
        return status;
    for (std::int64_t version = db.number("PRAGMA user_version"); version < schema_version(); ++version) {
        const std::string stamp = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                                  "; PRAGMA user_version = " + std::to_string(version + 1);
        db.script("BEGIN IMMEDIATE");
        db.script(kMigrations[static_cast<std::size_t>(version)]);
        db.script(stamp.c_str());
        crash_point("migration.uncommitted");
        db.script("COMMIT");
        crash_point("migration.committed");
        if (Status status = outcome(db, file); !status)
            return status;  // the caller closes the connection, which rolls back
    }
    return complete(db, file);
}

}  // namespace rialto::storage::sqlite
