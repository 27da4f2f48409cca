#pragma once

#include <sqlite3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rialto/storage/store.hpp"
#include "tests/support/batch.hpp"

namespace rialto::storage {

using testing::batch_of;

/// Runs all tasks at the same time and waits for all; what they gave, in their order.
template <class T>
std::vector<T> run_all(std::vector<Task<T>> tasks) {
    // Outlives the call: the store's thread may still be on its way out of the post() that ended it.
    thread_local asio::io_context loop;
    std::vector<std::optional<T>> answers(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        auto keep = [&answer = answers[i]](std::exception_ptr failure, std::optional<T> value) {
            if (failure)
                std::rethrow_exception(failure);
            answer = std::move(value);
        };
        asio::co_spawn(loop, std::move(tasks[i]), keep);
    }
    loop.restart();
    loop.run();
    std::vector<T> all;
    for (auto& answer : answers)
        all.push_back(std::move(*answer));
    return all;
}

template <class T>
T run(Task<T> task) {
    std::vector<Task<T>> tasks;
    tasks.push_back(std::move(task));
    return std::move(run_all(std::move(tasks)).front());
}

inline constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

/// A failed attempt of which nothing else matters.
inline FailedAttempt failed_attempt(int number, TimePoint at = kNow) {
    FailedAttempt attempt;
    attempt.number = number;
    attempt.at = at;
    return attempt;
}

/// A directory that goes with the test.
struct TemporaryDirectory {
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "rialto-storage-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::filesystem::path path;
};

/// A store in a directory of its own.
struct StoreTest {
    StoreTest() { reopen(); }

    void reopen() {
        store.reset();
        auto opened = open({.directory = directory.path, .heal_interval = 5ms}, metrics);
        REQUIRE(opened);
        store = std::move(*opened);
    }

    OwedEvent event(const std::string& id, std::size_t deliveries = 1) {
        OwedEvent made{
            .id = id, .bus = "default", .ingested = kNow, .envelope = R"({"id":")" + id + "\"}", .deliveries = {}};
        for (std::size_t i = 0; i < deliveries; ++i)
            made.deliveries.push_back({.id = store->next_delivery_id(), .target = "target", .rule = "rule"});
        return made;
    }

    std::vector<StoredDelivery> due(TimePoint now = kNow, std::size_t limit = 100, std::vector<DeliveryId> skip = {},
                                    storage::DeliveryStore::Room room = {}) {
        auto found = run(store->deliveries().due(now, limit, std::move(skip), std::move(room)));
        REQUIRE(found);
        return std::move(found->items);
    }

    /// A number from the database file, read beside the store.
    std::int64_t number(const std::string& sql) const {
        sqlite3* db = nullptr;
        sqlite3_stmt* statement = nullptr;
        sqlite3_open_v2((directory.path / "rialto.db").c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
        sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr);
        const std::int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
        sqlite3_finalize(statement);
        sqlite3_close(db);
        return value;
    }

    /// The first line of how SQLite would run this query on the database file.
    std::string plan(const std::string& sql) const {
        sqlite3* db = nullptr;
        sqlite3_stmt* statement = nullptr;
        sqlite3_open_v2((directory.path / "rialto.db").c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
        sqlite3_prepare_v2(db, ("EXPLAIN QUERY PLAN " + sql).c_str(), -1, &statement, nullptr);
        std::string line;
        if (sqlite3_step(statement) == SQLITE_ROW)
            line = reinterpret_cast<const char*>(sqlite3_column_text(statement, 3));  // NOLINT(*-reinterpret-cast)
        sqlite3_finalize(statement);
        sqlite3_close(db);
        return line;
    }

    TemporaryDirectory directory;
    metrics::Registry metrics;
    std::unique_ptr<Store> store;
};

inline Post sample_post(const std::string& id) {
    return {.id = id,
            .version = 1,
            .text_version = 1,
            .created_at = kNow,
            .updated_at = kNow,
            .author = "Joe",
            .title = "Holidays",
            .body = "Joe was in Spain.",
            .topic = "travel",
            .entities = std::nullopt};
}

inline Change inserted(const Post& post) {
    return {.sequence = 0,
            .kind = ChangeKind::Insert,
            .post_id = post.id,
            .at = kNow,
            .old_image = std::nullopt,
            .new_image = "{}"};
}

/// Inserts a post with its change and outbox.
inline Task<Result<Inserted>> insert(Store& store, const std::string& id, Outbox outbox = {}) {
    const Post post = sample_post(id);
    return store.posts().insert(post, inserted(post), std::nullopt, std::move(outbox));
}

}  // namespace rialto::storage
