#include "sqlite_limit.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "post_text.hpp"
#include "samples.hpp"
#include "server.hpp"

namespace rialto::bench {
namespace {

constexpr int kPosts = 64;     // of a commit
constexpr int kEvents = 100;   // likewise
constexpr int kMoved = 512;    // likewise, of a drain
constexpr int kDrained = 400;  // commits
constexpr std::size_t kEnvelope = 700;
constexpr int kKey = 32;

constexpr const char* kSchema =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;"
    "CREATE TABLE posts(row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version, text_version, created_at, "
    "updated_at,"
    " author TEXT, title TEXT, body TEXT, topic TEXT, entities TEXT);"
    "CREATE INDEX posts_by_topic ON posts(topic, id); CREATE INDEX posts_by_author ON posts(author, id);"
    "CREATE TABLE changes(sequence INTEGER PRIMARY KEY, kind, post_id TEXT, at, old_image TEXT, new_image TEXT);"
    "CREATE TABLE events(row INTEGER PRIMARY KEY, id TEXT, bus TEXT, ingested, envelope TEXT);"
    "CREATE TABLE deliveries(id INTEGER PRIMARY KEY, event INTEGER, target TEXT, rule TEXT, part TEXT, attempts, due);"
    "CREATE INDEX deliveries_by_due ON deliveries(due, id, target);"
    "CREATE INDEX deliveries_by_event ON deliveries(event);"
    "CREATE TABLE messages(row INTEGER PRIMARY KEY, queue, visible, receives, id TEXT, body TEXT);"
    "CREATE INDEX messages_by_visibility ON messages(queue, visible, receives);"
    "CREATE TABLE plain(row INTEGER PRIMARY KEY, text TEXT);";

/// Any number as it stands, followed by texts, are the parameters of a statement.
class Database {
public:
    explicit Database(const std::filesystem::path& file) {
        sqlite3* db = nullptr;
        const int opened = sqlite3_open(file.c_str(), &db);
        db_.reset(db);
        check(opened);
        run(kSchema);
    }

    void run(const char* sql) { check(sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr)); }

    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v3(db_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
        return statement;
    }

    /// Parameter 1 is the number, the texts are those after it.
    template <class... Texts>
    void insert(sqlite3_stmt* statement, std::int64_t number, const Texts&... texts) {
        sqlite3_bind_int64(statement, 1, number);
        int at = 1;
        (sqlite3_bind_text(statement, ++at, texts.data(), static_cast<int>(texts.size()), SQLITE_STATIC), ...);
        if (sqlite3_step(statement) != SQLITE_DONE)
            throw std::runtime_error{sqlite3_errmsg(db_.get())};
        sqlite3_reset(statement);
    }

private:
    struct Close {
        void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
    };

    void check(int code) {
        if (code != SQLITE_OK)
            throw std::runtime_error{sqlite3_errmsg(db_.get())};
    }

    std::unique_ptr<sqlite3, Close> db_;
};

class Statement {
public:
    Statement(Database& db, const char* sql) : db_{db}, statement_{db.prepare(sql)} {}
    ~Statement() { sqlite3_finalize(statement_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    template <class... Texts>
    void operator()(std::int64_t number, const Texts&... texts) {
        db_.insert(statement_, number, texts...);
    }

private:
    Database& db_;
    sqlite3_stmt* statement_;
};

std::string key_of(std::int64_t number) {
    std::string digits = std::to_string(number);
    return std::string(kKey - digits.size(), '0') + digits;
}

/// The rows of one post, with the columns and indexes of the server's tables.
class PostRows {
public:
    explicit PostRows(Database& db)
        : post_{db, "INSERT INTO posts VALUES (?1, ?2, 1, 1, ?1, ?1, ?3, 'A note from the road', ?4, 'travel', NULL)"},
          change_{db, "INSERT INTO changes VALUES (?1, 0, ?2, ?1, NULL, ?3)"},
          event_{db, "INSERT INTO events VALUES (?1, ?2, 'default', ?1, ?3)"},
          delivery_{db, "INSERT INTO deliveries VALUES (?1, ?1 / 2, ?2, ?3, '', 0, ?1 / 2)"} {}

    void operator()(std::int64_t number, const std::string& text) {
        const std::string id = key_of(number);
        post_(number, id, author_, text);
        change_(number, id, text);
        event_(number, id, text);
        delivery_(2 * number, target_, rule_);
        delivery_(2 * number + 1, target_, rule_);
    }

private:
    Statement post_, change_, event_, delivery_;
    std::string author_ = "Writer 17";
    std::string target_ = key_of(0);
    std::string rule_ = "arn:aws:events:us-east-1:000000000000:rule/blogPostCreation";
};

/// The rows of one event that is owed to one target.
class EventRows {
public:
    explicit EventRows(Database& db)
        : event_{db, "INSERT INTO events VALUES (?1, ?2, 'default', ?1, ?3)"},
          delivery_{db, "INSERT INTO deliveries VALUES (?1, ?1, ?2, ?3, '', 0, ?1)"} {}

    void operator()(std::int64_t number, const std::string& envelope) {
        event_(number, key_of(number), envelope);
        delivery_(number, target_, rule_);
    }

private:
    Statement event_, delivery_;
    std::string target_ = key_of(0);
    std::string rule_ = "arn:aws:events:us-east-1:000000000000:rule/orders";
};

template <class Work>
void in_transaction(Database& db, Work work) {
    db.run("BEGIN IMMEDIATE");
    work();
    db.run("COMMIT");
}

template <class Insert>
Commits commit(Database& db, int group, const std::string& text, Insert insert, std::chrono::milliseconds time) {
    const auto begin = Clock::now();
    auto last = begin;
    std::int64_t count = 0;
    Clock::duration slowest{0};
    while (last - begin < time) {
        in_transaction(db, [&] {
            for (int i = 0; i < group; ++i)
                insert(++count, text);
        });
        slowest = std::max(slowest, Clock::now() - last);
        last = Clock::now();
    }
    return {.per_second = static_cast<double>(count) / seconds(last - begin), .slowest_ms = milliseconds(slowest)};
}

/// Deliveries become messages in the order in which they are due.
class Drain {
public:
    explicit Drain(Database& db)
        : copy_{db,
                "INSERT INTO messages SELECT NULL, 1, due, 0, events.id, envelope FROM "
                "(SELECT * FROM deliveries WHERE due >= 0 ORDER BY due, id LIMIT ?1) JOIN events ON row = event"},
          drop_events_{db,
                       "DELETE FROM events WHERE row IN "
                       "(SELECT event FROM deliveries WHERE due >= 0 ORDER BY due, id LIMIT ?1)"},
          drop_deliveries_{db,
                           "DELETE FROM deliveries WHERE id IN "
                           "(SELECT id FROM deliveries WHERE due >= 0 ORDER BY due, id LIMIT ?1)"} {}

    void operator()(int count) {
        copy_(count);
        drop_events_(count);
        drop_deliveries_(count);
    }

private:
    Statement copy_, drop_events_, drop_deliveries_;
};

}  // namespace

Commits sqlite_limit(const std::filesystem::path& parent, Rows rows, std::chrono::milliseconds time) {
    const Folder folder{parent};
    Database db{folder.path() / "limit.db"};
    if (rows == Rows::OneOf2KiB) {
        Statement row{db, "INSERT INTO plain VALUES (?1, ?2)"};
        return commit(db, kPosts, post_json(1), std::ref(row), time);
    }
    if (rows == Rows::OfEvent) {
        EventRows event{db};
        return commit(db, kEvents, std::string(kEnvelope, 'e'), std::ref(event), time);
    }
    PostRows post{db};
    return commit(db, kPosts, post_json(1), std::ref(post), time);
}

double sqlite_drain(const std::filesystem::path& parent) {
    const Folder folder{parent};
    Database db{folder.path() / "limit.db"};
    db.run("PRAGMA synchronous = OFF");
    EventRows event{db};
    for (int group = 0; group < kDrained; ++group)
        in_transaction(db, [&event, group] {
            for (int i = 0; i < kMoved; ++i)
                event(group * kMoved + i + 1, std::string(kEnvelope, 'e'));
        });
    db.run("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)");  // nothing of this is left to be synced
    Drain move{db};
    const auto begin = Clock::now();
    for (int group = 0; group < kDrained; ++group)
        in_transaction(db, [&move] { move(kMoved); });
    return kDrained * kMoved / seconds(Clock::now() - begin);
}

}  // namespace rialto::bench
