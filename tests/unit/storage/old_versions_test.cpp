#include "dumps.hpp"
#include "fixture.hpp"
#include "storage/sqlite/schema.hpp"

namespace rialto::storage {
namespace {

struct OldVersionTest : StoreTest {
    /// Begins anew with a database of that version, which has `more` in it.
    void open_version(std::int64_t version, const std::string& more = {}) {
        store.reset();
        for (const char* name : {"rialto.db", "rialto.db-wal", "rialto.db-shm"})
            std::filesystem::remove(directory.path / name);
        execute(directory.path / "rialto.db", dump_of(version) + more);
        reopen();
    }

    /// All tables, indices and triggers.
    std::int64_t shape() const {
        return number("SELECT count(*) + 1000 * sum(length(sql)) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'");
    }
};

TEST_CASE_METHOD(OldVersionTest, "a database of each version is brought up to date with all that it holds",
                 "[storage]") {
    const std::int64_t fresh = shape();
    for (std::int64_t version = 1; version <= sqlite::schema_version(); ++version) {
        INFO("version " << version);
        REQUIRE_FALSE(dump_of(version).empty());  // a new version needs a new file

        open_version(version);

        CHECK(number("PRAGMA user_version") == sqlite::schema_version());
        CHECK(shape() == fresh);
        CHECK(run(store->posts().get("01a20b55-c73b-7000-ae5a-b6616f27fc25")).value().title == "My trip");
        CHECK(run(store->posts().changes(0, 10)).value().size() == 1);
        const auto owed = due(TimePoint::max());
        REQUIRE(owed.size() == 1);
        CHECK(owed[0].event_id == "event-1");
        CHECK(owed[0].attempts == 2);
        CHECK(store->next_delivery_id() > 1000);
        const auto letters = run(store->deliveries().dead_letters({}, 10, {})).value().items;
        REQUIRE(letters.size() == 1);
        CHECK(letters[0].error_code == "TIMEOUT");
        CHECK(number("SELECT value FROM meta WHERE name = 'dead_letter_bytes'") == std::ssize(letters[0].envelope));
        CHECK(number("SELECT count(*) FROM subscriptions WHERE confirmed = 1") == 1);
        CHECK(number("SELECT count(*) FROM channel_entries") == 1);
        if (version >= 4) {
            const auto entries = run(store->archives().read("archive", TimePoint{}, TimePoint::max(), {}, 10)).value();
            REQUIRE(entries.size() == 1);
            CHECK(entries[0].envelope == R"({"id":"event-1"})");
        }
        if (version >= 5) {
            const Receive wanted{.limit = 10,
                                 .now = kNow + std::chrono::days{365},
                                 .visible_again = kNow + std::chrono::days{366},
                                 .oldest = TimePoint{},
                                 .redrive = {}};
            CHECK(run(store->queues().receive(1, wanted)).value().messages.at(0).body == "body");
        }
        REQUIRE(run(store->deliveries().finish({owed[0].id})));
        CHECK(number("SELECT count(*) FROM events") == 0);
    }
}

TEST_CASE_METHOD(OldVersionTest, "an event of an old version goes with the last of its deliveries", "[storage]") {
    open_version(9,
                 "INSERT INTO deliveries SELECT 2, event, target, rule, part, attempts, due, ordered FROM deliveries;");

    const auto owed = due();

    REQUIRE(owed.size() == 2);
    REQUIRE(run(store->deliveries().finish({owed[0].id})));
    CHECK(due().size() == 1);
    REQUIRE(run(store->deliveries().finish({owed[1].id})));
    CHECK(number("SELECT count(*) FROM events") == 0);
}

}  // namespace
}  // namespace rialto::storage
