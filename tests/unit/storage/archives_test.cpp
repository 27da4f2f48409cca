#include "dumps.hpp"
#include "fixture.hpp"
#include "rialto/storage/backup.hpp"

namespace rialto::storage {
namespace {

struct ArchivesTest : StoreTest {
    ArchiveStore& archives() { return store->archives(); }

    static ArchiveEntry entry(const std::string& id, Duration after_now, std::int64_t sequence = 0) {
        return {.ingested = kNow + after_now, .sequence = sequence, .event_id = id, .envelope = "envelope of " + id};
    }

    void append(std::vector<ArchiveEntry> entries, const std::string& archive = "orders") {
        const Status appended = run(archives().append(archive, std::move(entries)));
        REQUIRE(appended);
    }

    std::vector<std::string> read(Duration from, Duration to, std::optional<ArchiveCursor> after = {},
                                  std::size_t limit = 100, const std::string& archive = "orders") {
        const auto entries = run(archives().read(archive, kNow + from, kNow + to, after, limit));
        REQUIRE(entries);
        std::vector<std::string> ids;
        for (const ArchiveEntry& found : *entries)
            ids.push_back(found.event_id);
        return ids;
    }

    std::vector<std::string> all(const std::string& archive = "orders") { return read(-24h, 24h, {}, 100, archive); }
    ArchiveFigures figures(const std::string& archive = "orders") { return run(archives().figures(archive)).value(); }
    std::size_t drop_before(Duration after_now) {
        return run(archives().drop_before("orders", kNow + after_now)).value();
    }
    std::optional<ArchiveCursor> progress() { return run(archives().progress("replay")).value(); }

    /// An event as shops have them.
    static std::string order(int number) {
        return R"({"source":"shop.orders","detail-type":"OrderPlaced","account":"000000000000","region":"us-east-1",)"
               R"("detail":{"currency":"EUR","country":"DE","state":"new","orderId":)" +
               std::to_string(number) + R"(,"customer":"Customer )" + std::to_string(number * 31 % 997) + "\"}}";
    }
    static std::string reading(int number) {
        return R"({"unit":"celsius","building":"north","floor":"second","device":"thermometer","vendor":"acme",)"
               R"("value":)" +
               std::to_string(number * 7919 % 10007) + "}";
    }
    void append_all(int first, int count, std::string (*text)(int), const std::string& archive = "orders") {
        std::vector<ArchiveEntry> entries;
        for (int n = first; n < first + count; ++n) {
            entries.push_back(entry(std::to_string(n), 0ms, n));
            entries.back().envelope = text(n);
        }
        append(std::move(entries), archive);
    }
    bool learn() { return run(archives().learn()).value(); }
    std::int64_t stored_size(int number) const {
        return this->number("SELECT length(CAST(envelope AS BLOB)) FROM archive_entries WHERE event_id = '" +
                            std::to_string(number) + "'");
    }

    std::size_t drop_all_removed() {
        std::size_t all = 0;
        while (const std::size_t some = run(archives().drop_removed()).value())
            all += some;
        return all;
    }

    using Ids = std::vector<std::string>;
};

}  // namespace

TEST_CASE_METHOD(ArchivesTest, "entries come back by the time they were ingested, then by sequence", "[storage]") {
    append({entry("d", 2ms, 4), entry("c", 1ms, 3)});
    append({entry("a", 1ms, 1), entry("b", 1ms, 2)});

    CHECK(all() == Ids{"a", "b", "c", "d"});

    const auto first = run(archives().read("orders", kNow, kNow + 1h, {}, 1)).value().at(0);
    CHECK(first.ingested == kNow + 1ms);
    CHECK(first.sequence == 1);
    CHECK(first.envelope == "envelope of a");
}

TEST_CASE_METHOD(ArchivesTest, "a range begins at its first millisecond and ends before its last", "[storage]") {
    append({entry("a", 1ms), entry("b", 2ms), entry("c", 3ms), entry("d", 4ms)});

    CHECK(read(2ms, 4ms) == Ids{"b", "c"});
    CHECK(read(2ms, 2ms).empty());
    CHECK(read(5ms, 1h).empty());
    CHECK(run(archives().read("orders", TimePoint::min(), TimePoint::max(), {}, 100))->size() == 4);
}

TEST_CASE_METHOD(ArchivesTest, "events take less room once the store has learned what they have in common",
                 "[storage]") {
    append_all(0, 999, order);
    CHECK_FALSE(learn());  // too few to learn from
    append_all(999, 1, order);
    CHECK(learn());
    append_all(1000, 1, order);
    CHECK(stored_size(1000) < stored_size(999) / 3);

    reopen();
    append_all(1001, 1, order);
    CHECK(stored_size(1001) < stored_size(999) / 3);
    const auto entries = run(archives().read("orders", kNow, kNow + 1s, {}, 2000)).value();
    REQUIRE(entries.size() == 1002);
    for (int n = 0; n < 1002; ++n)
        CHECK(entries[static_cast<std::size_t>(n)].envelope == order(n));
    CHECK(figures().events == 1002);
}

TEST_CASE_METHOD(ArchivesTest, "the store learns again once there is twice as much, or all is new", "[storage]") {
    append_all(0, 1000, order);
    REQUIRE(learn());
    append_all(1000, 999, reading);
    CHECK_FALSE(learn());
    reopen();
    CHECK_FALSE(learn());
    append_all(1999, 1, reading);
    CHECK(learn());
    append_all(2000, 1, reading);
    CHECK(stored_size(2000) < stored_size(1999) / 2);

    REQUIRE(run(archives().remove("orders")));
    drop_all_removed();
    append_all(0, 1000, order, "others");  // numbers of entries begin anew
    CHECK(learn());
    append_all(1000, 1, order, "others");
    CHECK(stored_size(1000) < std::ssize(order(1000)) / 3);
}

TEST_CASE_METHOD(ArchivesTest, "a dictionary goes with the last entry that could need it, at the start", "[storage]") {
    append_all(0, 1000, order);
    REQUIRE(learn());
    reopen();
    CHECK(number("SELECT count(*) FROM archive_dictionaries") == 1);
    REQUIRE(run(archives().clear()));
    drop_all_removed();
    reopen();
    CHECK(number("SELECT count(*) FROM archive_dictionaries") == 0);
    append_all(0, 1, order);
    CHECK(stored_size(0) == std::ssize(order(0)));
}

TEST_CASE_METHOD(ArchivesTest, "a dictionary that is missing or damaged is an error, not another text", "[storage]") {
    append_all(0, 1000, order);
    REQUIRE(learn());
    append_all(1000, 1, order);
    store.reset();
    const auto file = database_in(directory.path);

    SECTION("another") {
        execute(file,
                "UPDATE archive_dictionaries SET text = "
                "CAST(replace(CAST(text AS TEXT), 'OrderPlaced', 'OrderRefused') AS BLOB)");
        reopen();
    }
    SECTION("none") {
        execute(file, "UPDATE archive_dictionaries SET text = substr(text, 1, 20)");
        const auto opened = open({.directory = directory.path}, metrics);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::Corrupt);
        CHECK(opened.error().message.contains("rialto.db: a dictionary"));
        CHECK(opened.error().message.contains("rialto restore"));
        CHECK(verify(file).value().size() == 1);
        return;
    }
    SECTION("missing") {
        execute(file, "DELETE FROM archive_dictionaries");
        reopen();
    }
    const auto entries = run(archives().read("orders", kNow, kNow + 1s, ArchiveCursor{kNow, 999}, 10));
    CHECK(entries.error().code == Errc::Corrupt);
    CHECK(entries.error().message.starts_with("archived event 1000: "));
}

TEST_CASE_METHOD(ArchivesTest, "reading goes on after a cursor, within the range", "[storage]") {
    append({entry("a", 1ms, 1), entry("b", 1ms, 2), entry("c", 1ms, 3), entry("d", 2ms, 0)});

    CHECK(read(0ms, 1h, {}, 2) == Ids{"a", "b"});
    CHECK(read(0ms, 1h, ArchiveCursor{kNow + 1ms, 2}) == Ids{"c", "d"});
    CHECK(read(2ms, 1h, ArchiveCursor{kNow + 1ms, 1}) == Ids{"d"});
    CHECK(read(0ms, 1h, ArchiveCursor{kNow + 2ms, 0}).empty());
}

TEST_CASE_METHOD(ArchivesTest, "large entries are read a few at a time, and at least one", "[storage]") {
    auto large = entry("a", 1ms);
    large.envelope.assign(std::size_t{2} << 20U, 'x');
    append({large, entry("b", 2ms)});

    CHECK(read(0ms, 1h) == Ids{"a"});
}

TEST_CASE_METHOD(ArchivesTest, "what a repeated delivery brings again is left out", "[storage]") {
    append({entry("a", 1ms, 1), entry("b", 1ms, 2)});
    const auto before = figures();

    append({entry("b", 1ms, 2), entry("a", 1ms, 1)});

    CHECK(all() == Ids{"a", "b"});
    CHECK(figures() == before);
}

TEST_CASE_METHOD(ArchivesTest, "figures follow what is appended and dropped, archive by archive", "[storage]") {
    CHECK(figures() == ArchiveFigures{});
    append({entry("a", 1ms), entry("b", 2ms)});
    append({entry("c", 1ms)}, "other");
    const auto one = static_cast<std::int64_t>(entry("a", 1ms).envelope.size());
    CHECK(figures() == ArchiveFigures{.events = 2, .bytes = 2 * one});

    CHECK(drop_before(2ms) == 1);

    CHECK(figures() == ArchiveFigures{.events = 1, .bytes = one});
    CHECK(figures("other") == ArchiveFigures{.events = 1, .bytes = one});
    CHECK(run(archives().keys()).value() == Ids{"orders", "other"});
}

TEST_CASE_METHOD(ArchivesTest, "what is old goes in slices, and what is not stays", "[storage]") {
    std::vector<ArchiveEntry> entries;
    for (int i = 0; i < 250; ++i)
        entries.push_back(entry(std::to_string(i), Duration{i}));
    append(entries);

    std::vector<std::size_t> slices;
    do
        slices.push_back(drop_before(240ms));
    while (slices.back() > 0);

    CHECK(slices == std::vector<std::size_t>{100, 100, 40, 0});
    CHECK(figures().events == 10);
    CHECK(all().front() == "240");
}

TEST_CASE_METHOD(ArchivesTest, "large entries go a few at a time", "[storage]") {
    std::vector<ArchiveEntry> entries;
    for (int i = 0; i < 20; ++i) {
        entries.push_back(entry(std::to_string(i), Duration{i}));
        entries.back().envelope.assign(std::size_t{256} << 10U, 'x');
    }
    append(entries);

    CHECK(drop_before(1h) == 4);
}

TEST_CASE_METHOD(ArchivesTest, "a removed archive is gone at once, and its entries after it", "[storage]") {
    std::vector<ArchiveEntry> entries;
    for (int i = 0; i < 250; ++i)
        entries.push_back(entry(std::to_string(i), Duration{i}));
    append(entries);
    append({entry("c", 1ms)}, "other");

    REQUIRE(run(archives().remove("orders")));
    REQUIRE(run(archives().remove("orders")));

    CHECK(all().empty());
    CHECK(figures() == ArchiveFigures{});
    append({entry("new", 1ms)});
    CHECK(all() == Ids{"new"});

    reopen();
    CHECK(drop_all_removed() == 250);
    CHECK(all() == Ids{"new"});
    CHECK(all("other") == Ids{"c"});
    CHECK(number("SELECT count(*) FROM archive_entries") == 2);
    CHECK(number("SELECT count(*) FROM archives") == 2);
}

TEST_CASE_METHOD(ArchivesTest, "an event goes into archives in the transaction that accepts it", "[storage]") {
    OwedEvent accepted = event("e1");
    const DeliveryId owed = accepted.deliveries.front().id;
    accepted.envelope = R"({"detail":")" + std::string(1000, 'x') + "\"}";
    const std::string packed = archives().pack(accepted.envelope);
    const Batch batch{.owed = {accepted},
                      .messages = {},
                      .entries = {{.event = 0, .archive = "one", .sequence = owed + 1, .packed = packed},
                                  {.event = 0, .archive = "two", .sequence = owed + 2, .packed = packed}}};

    REQUIRE(run(store->deliveries().append(std::make_shared<const Batch>(batch))));

    CHECK(due().size() == 1);
    for (const char* archive : {"one", "two"}) {
        const auto entries = run(archives().read(archive, TimePoint{}, TimePoint::max(), {}, 10)).value();
        REQUIRE(entries.size() == 1);
        CHECK(entries[0].event_id == "e1");
        CHECK(entries[0].envelope == accepted.envelope);
        CHECK(entries[0].ingested == accepted.ingested);
        CHECK(run(archives().figures(archive)).value() ==
              ArchiveFigures{.events = 1, .bytes = static_cast<std::int64_t>(accepted.envelope.size())});
    }
}

TEST_CASE_METHOD(ArchivesTest, "a replay moves on together with the events it made, or not at all", "[storage]") {
    CHECK(!progress());
    REQUIRE(run(archives().set_progress("replay", {kNow, 1}, batch_of({event("e1")}))));
    OwedEvent twice = event("e2");
    twice.deliveries.push_back(twice.deliveries.front());

    CHECK(!run(archives().set_progress("replay", {kNow, 2}, batch_of({twice}))));

    reopen();
    CHECK(progress() == ArchiveCursor{kNow, 1});
    CHECK(due().size() == 1);

    REQUIRE(run(archives().set_progress("replay", {kNow + 1ms, 0}, batch_of({}))));
    CHECK(progress() == ArchiveCursor{kNow + 1ms, 0});
    REQUIRE(run(archives().drop_progress("replay")));
    REQUIRE(run(archives().drop_progress("replay")));
    CHECK(!progress());
}

}  // namespace rialto::storage
