#include <algorithm>
#include <fstream>
#include <future>

#include "fixture.hpp"
#include "rialto/storage/backup.hpp"
#include "storage/sqlite/checkpointer.hpp"
#include "storage/sqlite/schema.hpp"

namespace rialto::storage {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kFrame = kPage + 24;
constexpr std::size_t kLogHeader = 32;

// Places in a frame's header.
constexpr std::size_t kPageNumber = 0;
constexpr std::size_t kSalt = 8;
constexpr std::size_t kSum = 16;

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream from{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{from}, {}};
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream{file, std::ios::binary} << bytes;
}

void overwrite(const std::filesystem::path& file, std::size_t at, const std::string& bytes) {
    std::fstream into{file, std::ios::binary | std::ios::in | std::ios::out};
    into.seekp(static_cast<std::streamoff>(at));
    into << bytes;
}

struct DamageTest : StoreTest {
    std::filesystem::path file() const { return directory.path / "rialto.db"; }
    std::filesystem::path mark() const { return directory.path / "rialto.damaged"; }
    std::filesystem::path log() const { return directory.path / "rialto.db-wal"; }

    /// Posts `from` to `to` with a transaction each. A delivery of its own goes with each.
    void write_posts(int from, int to) {
        for (int i = from; i < to; ++i)
            REQUIRE(run(insert(*store, "post-" + std::to_string(i), {event("event-" + std::to_string(i))})));
    }

    /// A running store, whose database has rubbish in the page in which this text is found.
    void damage_page_of(const std::string& text) {
        reopen();
        const std::size_t at = bytes_of(file()).find(text);
        REQUIRE(at != std::string::npos);
        overwrite(file(), at / kPage * kPage, std::string(kPage, 'x'));
    }

    /// Says that the file is damaged and what to do; and goes on saying so, also to the next who opens it.
    void is_condemned() {
        const Status health = store->health();
        REQUIRE_FALSE(health);
        CHECK_THAT(health.error().message, Catch::Contains("restore it from a backup"));
        for (int i = 0; i < 3; ++i)
            CHECK(run(insert(*store, "refused")).error().code == Errc::Unavailable);
        CHECK_THAT(metrics.text(), Catch::Contains("\nrialto_storage_healthy 0\n"));
        CHECK(backup(directory.path, directory.path / "copy.db").error().code == Errc::Corrupt);

        store.reset();
        const auto opened = open({.directory = directory.path}, metrics);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::Corrupt);
        CHECK_THAT(opened.error().message,
                   Catch::Contains(directory.path.string() + ": the database is not to be used (storage: "));
        CHECK_THAT(opened.error().message, Catch::Contains("rialto restore"));
    }

    /// What is on disk now is what a crash leaves behind: a store begins with it, after `change`.
    template <class Change>
    Status after_crash(Change change) {
        const TemporaryDirectory crashed;
        write_bytes(crashed.path / "rialto.db", bytes_of(file()));
        std::string logged = bytes_of(log());
        change(logged);
        write_bytes(crashed.path / "rialto.db-wal", logged);
        metrics::Registry others;
        auto opened = open({.directory = crashed.path}, others);
        if (!opened)
            return opened.error();
        posts = *run((*opened)->posts().last_sequence());
        return {};
    }

    std::int64_t posts = 0;
};

}  // namespace

TEST_CASE_METHOD(DamageTest, "a read that finds a damaged page ends all writing, until the file was replaced",
                 "[storage][damage]") {
    write_posts(0, 300);
    damage_page_of("post-150");

    const auto found = run(store->posts().get("post-150"));

    CHECK(found.error().code == Errc::Corrupt);
    CHECK(run(store->posts().get("post-299")));
    is_condemned();
}

TEST_CASE_METHOD(DamageTest, "a log of writes that is damaged under a running store is kept as it is",
                 "[storage][damage]") {
    write_posts(0, 20);
    const std::string logged = bytes_of(log());
    for (std::size_t at = logged.find("post-19"); at != std::string::npos; at = logged.find("post-19", at + 1))
        overwrite(log(), (at - kLogHeader) / kFrame * kFrame + kLogHeader + kFrame - kPage, std::string(kPage, 'x'));
    const std::string database = bytes_of(file());

    CHECK(run(store->posts().get("post-19")).error().code == Errc::Corrupt);

    is_condemned();
    CHECK(bytes_of(file()) == database);
    CHECK(std::filesystem::file_size(log()) > kFrame);
}

TEST_CASE_METHOD(DamageTest, "a write that finds a damaged page ends all writing, and none after it is acknowledged",
                 "[storage][damage]") {
    write_posts(0, 300);
    const auto owed = due(kNow, 300);
    damage_page_of("event-150");

    std::vector<DeliveryId> ids;
    for (const auto& delivery : owed)
        ids.push_back(delivery.id);
    const Status finished = run(store->deliveries().finish(ids));

    CHECK(finished.error().code == Errc::Unavailable);
    is_condemned();
    std::filesystem::remove(mark());
    reopen();
    CHECK(*run(store->deliveries().count()) == 300);
}

TEST_CASE_METHOD(DamageTest, "a last transaction that a crash has torn is left out, and all before it is there",
                 "[storage][damage]") {
    write_posts(0, 20);

    REQUIRE(after_crash([](std::string&) {}));
    CHECK(posts == 20);
    REQUIRE(after_crash([](std::string& logged) { logged += logged.substr(kLogHeader, kFrame / 2); }));
    CHECK(posts == 20);
    REQUIRE(after_crash([](std::string& logged) { logged += std::string(3 * kFrame, 'x'); }));
    CHECK(posts == 20);
    REQUIRE(after_crash([](std::string& logged) { logged.resize(logged.size() - 100); }));
    CHECK(posts == 19);
    REQUIRE(after_crash([](std::string& logged) { logged[logged.size() - 100] ^= 1; }));
    CHECK(posts == 19);
    REQUIRE(after_crash([](std::string& logged) { logged[logged.size() - kFrame - 100] ^= 1; }));
    CHECK(posts == 19);
}

TEST_CASE_METHOD(DamageTest, "a frame of which a crash has written half the header is no damage", "[storage][damage]") {
    const auto straddles = [](std::size_t at) { return at % 512 > 512 - (kFrame - kPage); };
    std::size_t half = 0;  // the frame of the last transaction whose header lies in two sectors
    int last = 0;
    while (half == 0) {
        const std::size_t from = std::max(bytes_of(log()).size(), kLogHeader);
        write_posts(last, last + 1);
        ++last;
        const std::size_t end = bytes_of(log()).size() - kFrame;  // the frame that commits may be torn off
        for (std::size_t at = from; at < end && half == 0; at += kFrame)
            half = straddles(at) ? at : 0;
    }

    REQUIRE(after_crash([half](std::string& logged) { logged[half + kPageNumber + 7] = 1; }));  // it commits, it says

    CHECK(posts == last - 1);
}

TEST_CASE_METHOD(DamageTest, "a log of writes that is damaged before its end is not taken for a shorter one",
                 "[storage][damage]") {
    write_posts(0, 8);
    const std::size_t frames = (bytes_of(log()).size() - kLogHeader) / kFrame;
    std::size_t refused = 0;
    for (std::size_t frame = 0; frame < frames; ++frame) {
        for (const std::size_t place : {kPageNumber, kSalt, kSum, kFrame - kPage}) {
            const std::size_t at = kLogHeader + frame * kFrame;
            const Status opened = after_crash([&](std::string& logged) { logged[at + place] ^= 1; });
            if (opened) {  // nobody can tell the last one from a torn one, nor the one before it without its sum
                CHECK(posts >= (place == kSum ? 6 : 7));
                continue;
            }
            ++refused;
            CHECK(opened.error().code == Errc::Corrupt);
            CHECK_THAT(opened.error().message,
                       Catch::Contains("rialto.db-wal is damaged at byte " + std::to_string(at)));
        }
    }
    CHECK(refused > frames * 2);
}

TEST_CASE_METHOD(DamageTest, "a log of writes whose header is damaged is not taken for an empty one",
                 "[storage][damage]") {
    write_posts(0, 8);
    for (std::size_t byte = 0; byte < kLogHeader; ++byte) {
        const Status opened = after_crash([byte](std::string& logged) { logged[byte] ^= 1; });
        INFO("byte " << byte);
        REQUIRE_FALSE(opened);
        CHECK_THAT(opened.error().message, Catch::Contains("rialto.db-wal is damaged at byte 0"));
    }
}

TEST_CASE_METHOD(DamageTest, "a log of writes that a crash has damaged is found, and not backed up",
                 "[storage][damage]") {
    write_posts(0, 8);
    const TemporaryDirectory crashed;
    write_bytes(crashed.path / "rialto.lock", "");
    write_bytes(crashed.path / "rialto.db", bytes_of(file()));
    std::string logged = bytes_of(log());
    logged[kLogHeader + kPage / 2] ^= 1;
    write_bytes(crashed.path / "rialto.db-wal", logged);

    const auto wrong = verify(crashed.path / "rialto.db");
    REQUIRE(wrong->size() == 1);
    CHECK_THAT(wrong->front(), Catch::Contains("rialto.db-wal is damaged at byte 32"));
    CHECK(backup(crashed.path, crashed.path / "copy.db").error().code == Errc::Corrupt);
}

TEST_CASE_METHOD(DamageTest, "a checkpoint tells of a database that it cannot open", "[storage][damage]") {
    write_bytes(directory.path / "rubbish.db", std::string(2 * kPage, 'x'));
    std::promise<Error> told;
    sqlite::Checkpointer checkpointer{directory.path / "rubbish.db",
                                      [&told](const Error& damage) { told.set_value(damage); }, metrics};
    auto writer = sqlite::open_for_writing(directory.path / "other.db");
    REQUIRE(writer);
    checkpointer.watch(**writer);

    (*writer)->script("CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(8000000))");

    auto damage = told.get_future();
    REQUIRE(damage.wait_for(10s) == std::future_status::ready);
    CHECK(damage.get().code == Errc::Corrupt);
}

TEST_CASE_METHOD(DamageTest, "what an older, longer log of writes left behind is no damage", "[storage][damage]") {
    write_posts(0, 20);
    const std::string older = bytes_of(log());
    reopen();
    write_posts(20, 25);

    REQUIRE(after_crash([&](std::string& logged) { logged += older.substr(logged.size()); }));
    CHECK(posts == 25);
}

}  // namespace rialto::storage
