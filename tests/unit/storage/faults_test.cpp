#include <functional>
#include <semaphore>

#include "dumps.hpp"
#include "faulty_disk.hpp"
#include "fixture.hpp"
#include "rialto/storage/backup.hpp"
#include "storage/sqlite/schema.hpp"

namespace rialto::storage {
namespace {

constexpr DeliveryId kOwed = 1;   // in the database that all begin with
constexpr DeliveryId kFresh = 2;  // free there
constexpr auto kPost = "01a20b55-c73b-7000-ae5a-b6616f27fc25";
// What the database of the last version has beyond the others.
constexpr auto kMore = R"sql(
    INSERT INTO attempts VALUES(1, 1, 1, 1767225600000, 5, 503, '', '', '');
    INSERT INTO archives VALUES(2, NULL, 1, 2);
    INSERT INTO archive_entries VALUES(2, 2, 1767225600000, 1, 2, 'event-2', '{}');
    INSERT INTO changes SELECT 2, kind, post_id, at, old_image, new_image FROM changes;
    UPDATE meta SET value = 1 WHERE name = 'relayed';
    INSERT INTO replays VALUES('ended', 1767225600000, 1);
    INSERT INTO queue_messages VALUES(2, 1, 4102444800000, 1, 0, 1767225600000, 1767225600000, 0, 'held', '', '{}', '');
    INSERT INTO subscriptions VALUES(2, 'pending', 'travel', 'pia@example.org', 0, 'secret', 1767225600000, NULL);
    INSERT INTO targets VALUES('unused', '{}');
)sql";
constexpr auto kSubscription = "7875314ec6879c0760c10091f44bbdfb";

OwedEvent owed_event(std::string envelope = "{}") {
    return {.id = "event",
            .bus = "default",
            .ingested = kNow,
            .envelope = std::move(envelope),
            .deliveries = {{.id = kFresh, .target = "target", .rule = "rule"}}};
}

NewMessage message() {
    return {.id = "m",
            .body = "body",
            .properties = "{}",
            .sent = kNow,
            .visible = kNow,
            .ordered = false,
            .group = {},
            .duplicate_key = {},
            .unique_until = {}};
}

StoredQueue queue() {
    StoredQueue made;
    made.name = "new";
    return made;
}

Buried buried() {
    DeadLetter letter;
    letter.error_code = "TIMEOUT";
    letter.died = kNow;
    return {.id = kOwed, .letter = std::move(letter), .attempt = failed_attempt(3)};
}

Subscription subscription() {
    return {.id = "s",
            .topic = "travel",
            .email = "joe@example.org",
            .confirmed = false,
            .token = "t",
            .created_at = kNow,
            .confirmed_at = {}};
}

Change changed() {
    Change change = inserted(sample_post(kPost));
    change.kind = ChangeKind::Modify;
    return change;
}

/// Only whether it was done.
template <class T>
Task<Status> outcome(Task<Result<T>> task) {
    const auto answer = co_await std::move(task);
    co_return answer ? Status{} : Status{answer.error()};
}
Task<Status> outcome(Task<Status> task) { return task; }

/// One write of each kind.
struct Write {
    const char* name;
    std::function<Task<Status>(Store&)> begin;
};

std::vector<Write> event_writes() {
    return {
        {"append", [](Store& s) { return outcome(s.deliveries().append(batch_of({owed_event()}))); }},
        {"append a large one",
         [](Store& s) { return outcome(s.deliveries().append(batch_of({owed_event(std::string(40'000, 'x'))}))); }},
        {"finish", [](Store& s) { return outcome(s.deliveries().finish({kOwed})); }},
        {"postpone",
         [](Store& s) {
             return outcome(s.deliveries().postpone({{.id = kOwed, .attempt = failed_attempt(3), .due = kNow}}));
         }},
        {"bury", [](Store& s) { return outcome(s.deliveries().bury({buried()})); }},
        {"split",
         [](Store& s) {
             return outcome(s.deliveries().split(kOwed, {{.id = kFresh, .name = "a"}}, std::string{"rest"}));
         }},
        {"redrive", [](Store& s) { return outcome(s.deliveries().redrive(1, kFresh, kNow)); }},
        {"purge", [](Store& s) { return outcome(s.deliveries().purge_some({})); }},
        {"clear", [](Store& s) { return outcome(s.deliveries().clear()); }},
        {"keep a target", [](Store& s) { return outcome(s.deliveries().keep_targets({{"another", "{}"}})); }},
        {"archive",
         [](Store& s) {
             return outcome(s.archives().append(
                 "archive", {{.ingested = kNow, .sequence = 7, .event_id = "event", .envelope = "{}"}}));
         }},
        {"replay",
         [](Store& s) {
             return outcome(
                 s.archives().set_progress("replay", {.ingested = kNow, .sequence = 7}, batch_of({owed_event()})));
         }},
        {"remove an archive", [](Store& s) { return outcome(s.archives().remove("archive")); }},
        {"drop archived events", [](Store& s) { return outcome(s.archives().drop_before("archive", kNow)); }},
        {"drop all archives", [](Store& s) { return outcome(s.archives().clear()); }},
        {"drop a dead letter", [](Store& s) { return outcome(s.deliveries().drop_dead_letter(1)); }},
        {"trim dead letters", [](Store& s) { return outcome(s.deliveries().trim_dead_letters({}, kNow)); }},
        {"redrive some",
         [](Store& s) { return outcome(s.deliveries().redrive_some({}, {{.delivery = kFresh, .due = kNow}})); }},
        {"bring forward", [](Store& s) { return outcome(s.deliveries().bring_forward(TimePoint{})); }},
        {"note the clock", [](Store& s) { return outcome(s.deliveries().note_clock(kNow)); }},
        {"forget targets", [](Store& s) { return outcome(s.deliveries().drop_targets_except({})); }},
        {"trim attempts", [](Store& s) { return outcome(s.deliveries().trim_attempts(0)); }},
        {"drop events of a removed archive", [](Store& s) { return outcome(s.archives().drop_removed()); }},
        {"forget a replay", [](Store& s) { return outcome(s.archives().drop_progress("ended")); }},
    };
}

std::vector<Write> other_writes() {
    return {
        {"insert a post", [](Store& s) { return outcome(insert(s, "p", {owed_event()})); }},
        {"replace a post",
         [](Store& s) { return outcome(s.posts().replace(sample_post(kPost), 1, changed(), {owed_event()})); }},
        {"relay", [](Store& s) { return outcome(s.posts().set_relayed(2, {owed_event()})); }},
        {"subscribe",
         [](Store& s) { return outcome(s.subscriptions().add(subscription(), TimePoint{}, {owed_event()})); }},
        {"push",
         [](Store& s) {
             return outcome(s.channels().append("posts", {{.event_id = "event", .payload = "{}"}}, kNow,
                                                {.entries = 10, .age = 24h}));
         }},
        {"declare", [](Store& s) { return outcome(s.resources().write({{"rule", "r", "{}"}}, {owed_event()})); }},
        {"send", [](Store& s) { return outcome(s.queues().append(1, {message()})); }},
        {"deliver to a queue",
         [](Store& s) { return outcome(s.queues().deliver({{.delivery = kOwed, .queue = 1, .message = message()}})); }},
        {"receive",
         [](Store& s) {
             return outcome(s.queues().receive(1, {.limit = 10,
                                                   .now = kNow,
                                                   .visible_again = kNow + 30s,
                                                   .oldest = TimePoint{},
                                                   .ordered = false,
                                                   .redrive = {}}));
         }},
        {"purge a queue", [](Store& s) { return outcome(s.queues().purge(1)); }},
        {"make a queue", [](Store& s) { return outcome(s.queues().create(queue())); }},
        {"change a queue",
         [](Store& s) {
             StoredQueue changed = queue();
             changed.id = 1;
             return outcome(s.queues().update(std::move(changed)));
         }},
        {"remove a message",
         [](Store& s) {
             return outcome(
                 s.queues().remove_messages(1, {{.row = 1, .id = "message-1", .receives = 0}}, std::nullopt));
         }},
        {"remove a queue", [](Store& s) { return outcome(s.queues().remove(1)); }},
        {"remove a post", [](Store& s) { return outcome(s.posts().remove(kPost, 1, changed(), {owed_event()})); }},
        {"hold a message for longer",
         [](Store& s) {
             return outcome(s.queues().change_visibility(
                 1, {{.receipt = {.row = 2, .id = "held", .receives = 1}, .visible = kNow + 1h}}, kNow));
         }},
        {"trim queues", [](Store& s) { return outcome(s.queues().trim_queues(kNow)); }},
        {"trim changes", [](Store& s) { return outcome(s.posts().trim_changes({}, kNow)); }},
        {"confirm", [](Store& s) { return outcome(s.subscriptions().confirm("secret", kNow)); }},
        {"trim subscriptions", [](Store& s) { return outcome(s.subscriptions().trim_pending(kNow)); }},
        {"unsubscribe", [](Store& s) { return outcome(s.subscriptions().remove(kSubscription)); }},
    };
}

std::string rows_of(sqlite3* db, const std::string& table) {
    sqlite3_stmt* rows = nullptr;
    std::string text = table + "\n";
    REQUIRE(sqlite3_prepare_v2(db, ("SELECT * FROM " + table).c_str(), -1, &rows, nullptr) == SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(rows); ++column) {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(rows, column));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows, column));
            text += (bytes != nullptr ? std::string{bytes, size} : "NULL") + "|";
        }
        text += '\n';
    }
    REQUIRE(sqlite3_finalize(rows) == SQLITE_OK);
    return text;
}

/// Everything in a database, but for what counts its starts and illnesses.
std::string content(const std::filesystem::path& file) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
    sqlite3_busy_timeout(db, 10'000);
    sqlite3_stmt* tables = nullptr;
    sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", -1, &tables, nullptr);
    std::string text;
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const std::string table{reinterpret_cast<const char*>(sqlite3_column_text(tables, 0))};
        const std::string rows = table == "meta" ? "meta WHERE name NOT IN ('heals', 'next_delivery')" : table;
        text += rows_of(db, rows);
    }
    sqlite3_finalize(tables);
    sqlite3_close(db);
    return text;
}

/// A database with something in each of its tables, on a disk that can fail.
struct DiskTest {
    explicit DiskTest(std::int64_t version = sqlite::schema_version()) {
        const bool is_last = version == sqlite::schema_version();
        execute(home.path / "first.db",
                "PRAGMA auto_vacuum = INCREMENTAL;" + dump_of(version) + (is_last ? kMore : ""));
    }
    ~DiskTest() { store.reset(); }

    std::filesystem::path directory() const { return home.path / "data"; }
    std::filesystem::path file() const { return database_in(directory()); }

    void copy_first() {
        store.reset();
        std::filesystem::remove_all(directory());
        std::filesystem::create_directories(directory());
        std::filesystem::copy_file(home.path / "first.db", file());
    }
    Status opening() {
        store.reset();
        auto opened = open({.directory = directory(), .heal_interval = 1ms}, metrics);
        if (!opened)
            return opened.error();
        store = std::move(*opened);
        store->on_healed([this] { healed.release(); });
        return {};
    }
    void start() {
        copy_first();
        REQUIRE(opening());
    }

    /// The content that a store would begin with if the power failed now.
    std::string after_crash() const {
        const auto crashed = home.path / "crashed";
        std::filesystem::remove_all(crashed);
        std::filesystem::create_directories(crashed);
        for (const char* name : {"rialto.db", "rialto.db-wal"})
            std::filesystem::copy_file(directory() / name, crashed / name);
        metrics::Registry others;
        const auto opened = open({.directory = crashed}, others);
        REQUIRE(opened);
        return content(database_in(crashed));
    }

    /// After the disk was mended.
    void wait_until_healed() {
        while (!store->health())
            REQUIRE(healed.try_acquire_for(10s));
    }

    FaultyDisk disk;
    TemporaryDirectory home;
    metrics::Registry metrics;
    std::counting_semaphore<> healed{0};
    std::unique_ptr<Store> store;
};

/// The faults that a disk has, from the first call on or at one alone.
Fault any_fault() {
    return GENERATE(Fault{.of = Fault::Of::Writes, .full = true}, Fault{.of = Fault::Of::Writes, .once = true},
                    Fault{.of = Fault::Of::Syncs}, Fault{.of = Fault::Of::Syncs, .once = true});
}

/// Lets every single call of the disk that a write makes fail, one after the other.
void try_all_faults(DiskTest& test, const Write& write, Fault fault) {
    INFO(write.name << (fault.full ? ", full" : "") << (fault.once ? ", once" : ""));
    test.start();
    const std::string before = content(test.file());
    REQUIRE(run(write.begin(*test.store)));
    const std::string after = content(test.file());
    REQUIRE(before != after);

    for (bool fired = true; fired; ++fault.after) {
        INFO("call " << fault.after);
        test.start();
        test.disk.fail(fault);
        const Status status = run(write.begin(*test.store));
        fired = test.disk.mend() > 0;
        test.wait_until_healed();

        const std::string found = content(test.file());
        CHECK((status || fired));
        CHECK((found == after || (!status && found == before)));
        CHECK(test.after_crash() == found);
        if (found == before) {
            CHECK(run(write.begin(*test.store)));
            CHECK(content(test.file()) == after);
        }
    }
    CHECK(fault.after > 1);  // there was a call to fail
}

/// An event so large that the log of writes has to be copied into the database after some of them.
Task<Status> append_large(Store& store, DeliveryId id) {
    OwedEvent event = owed_event(std::string(std::size_t{1} << 20U, 'x'));
    event.id = std::to_string(id);
    event.deliveries.front().id = id;
    return outcome(store.deliveries().append(batch_of({std::move(event)})));
}

}  // namespace

TEST_CASE("each write of events is whole or not at all, whichever call of the disk fails", "[storage][faults]") {
    const Fault fault = any_fault();
    DiskTest test;
    for (const Write& write : event_writes())
        try_all_faults(test, write, fault);
}

TEST_CASE("each other write is whole or not at all, whichever call of the disk fails", "[storage][faults]") {
    const Fault fault = any_fault();
    DiskTest test;
    for (const Write& write : other_writes())
        try_all_faults(test, write, fault);
}

TEST_CASE("a dictionary is learned or not at all, whichever call of the disk fails", "[storage][faults]") {
    const Fault fault = any_fault();
    DiskTest test;
    execute(test.home.path / "first.db",
            "WITH n(n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM n WHERE n < 1000) "
            "INSERT INTO archive_entries SELECT n, 1, 1767225600000, n, 200, 'e', '{\"source\":\"shop.orders\",' || "
            "'\"detail-type\":\"OrderPlaced\",\"region\":\"us-east-1\",\"account\":\"000000000000\",' || "
            "'\"detail\":{\"currency\":\"EUR\",\"country\":\"DE\",\"order\":' || (n * n) || '}}' FROM n");
    try_all_faults(test, {"learn", [](Store& s) { return outcome(s.archives().learn()); }}, fault);
}

TEST_CASE("a migration is whole or not at all, whichever call of the disk fails", "[storage][faults]") {
    const Fault kind = any_fault();
    for (std::int64_t version = 1; version < sqlite::schema_version(); ++version) {
        DiskTest test{version};
        test.start();
        const std::string after = content(test.file());

        bool fired = true;
        for (Fault fault = kind; fired; fault.after += 1 + fault.after / 4) {
            INFO("version " << version << ", call " << fault.after);
            test.copy_first();
            test.disk.fail(fault);
            const Status opened = test.opening();
            fired = test.disk.mend() > 0;

            CHECK((opened || fired));
            if (!opened)
                CHECK(opened.error().code == Errc::Unavailable);
            REQUIRE(test.opening());
            CHECK(content(test.file()) == after);
        }
    }
}

TEST_CASE("a log of writes that cannot be copied into the database costs nothing that was acknowledged",
          "[storage][faults]") {
    const auto of = GENERATE(Fault::Of::Writes, Fault::Of::Syncs);
    DiskTest test;
    test.start();
    test.disk.fail({.of = of, .in = Fault::In::Database});
    for (DeliveryId id = kFresh; id < 60; ++id)  // beyond the length at which the writer copies it itself
        REQUIRE(run(append_large(*test.store, id)));
    CHECK(test.store->health());
    const std::string all = content(test.file());
    REQUIRE(test.opening());  // neither at the end could it be copied
    CHECK(test.disk.mend() > 0);
    CHECK(content(test.file()) == all);

    for (DeliveryId id = 60; id < 70; ++id)
        REQUIRE(run(append_large(*test.store, id)));
    test.store.reset();
    CHECK(std::filesystem::file_size(test.file()) > std::size_t{60} << 20U);
    CHECK(verify(test.file())->empty());
    REQUIRE(test.opening());
    CHECK(*run(test.store->deliveries().count()) == 69);
}

TEST_CASE("space is given back or not, whichever call of the disk fails", "[storage][faults]") {
    Fault fault = any_fault();
    DiskTest test;
    test.start();
    std::vector<DeliveryId> ids;
    for (DeliveryId id = kFresh; id < 12; ++id) {
        REQUIRE(run(append_large(*test.store, id)));
        ids.push_back(id);
    }
    REQUIRE(run(test.store->deliveries().finish(ids)));
    test.store.reset();
    std::filesystem::rename(test.file(), test.home.path / "first.db");
    test.start();
    const std::string all = content(test.file());

    bool fired = true;
    for (; fired; fault.after += 1 + fault.after / 4) {
        INFO("call " << fault.after);
        test.start();
        test.disk.fail(fault);
        const auto shrunk = run(test.store->shrink());
        test.store.reset();  // which copies the log, and cuts the file
        fired = test.disk.mend() > 0;

        CHECK((shrunk || fired));
        REQUIRE(test.opening());
        CHECK(content(test.file()) == all);
        CHECK(verify(test.file())->empty());
        CHECK(run(test.store->shrink()).value() > 0);
    }
}

TEST_CASE("a backup is whole or not at all, whichever call of the disk fails", "[storage][faults]") {
    Fault fault = any_fault();
    DiskTest test;
    test.start();
    const std::string all = content(test.file());
    const auto folder = test.home.path / "copies";
    const auto copy = folder / "copy.db";

    for (bool fired = true; fired; ++fault.after) {
        INFO("call " << fault.after);
        std::filesystem::remove_all(folder);
        std::filesystem::create_directory(folder);
        test.disk.fail(fault);
        const Status made = backup(test.directory(), copy);
        fired = test.disk.mend() > 0;

        CHECK((made || fired));
        CHECK(std::distance(std::filesystem::directory_iterator{folder}, {}) == (made ? 1 : 0));
        if (made)
            CHECK(verify(copy)->empty());
        CHECK(content(test.file()) == all);
        CHECK(run(test.store->deliveries().finish({0})));  // the server goes on
    }
}

}  // namespace rialto::storage
