#include "rialto/storage/backup.hpp"

#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "fixture.hpp"

namespace rialto::storage {
namespace {

struct BackupTest : StoreTest {
    void write_posts(int from, int to) {
        for (int i = from; i < to; ++i)
            REQUIRE(run(insert(*store, std::to_string(i), {event(std::to_string(i))})));
    }

    /// A store made of the backup.
    std::unique_ptr<Store> restored() {
        std::filesystem::create_directories(home.path / "data");
        std::filesystem::copy_file(copy, database_in(home.path / "data"));
        auto opened = open({.directory = home.path / "data"}, metrics);
        REQUIRE(opened);
        return std::move(*opened);
    }

    TemporaryDirectory home;
    std::filesystem::path copy = home.path / "copy.db";
};

}  // namespace

TEST_CASE_METHOD(BackupTest, "a backup of a store in use has what was written, and can be opened", "[storage]") {
    write_posts(0, 20);

    REQUIRE(backup(directory.path, copy));
    write_posts(20, 30);

    CHECK(verify(copy)->empty());
    auto other = restored();
    CHECK(*run(other->posts().last_sequence()) == 20);
    CHECK(*run(other->deliveries().count()) == 20);
    CHECK(other->next_delivery_id() > store->next_delivery_id());
    CHECK(*run(store->posts().last_sequence()) == 30);
}

TEST_CASE_METHOD(BackupTest, "a backup under writes is of one moment: what was acknowledged before it is in it",
                 "[storage]") {
    write_posts(0, 10);
    std::atomic<bool> done = false;
    Status made;
    std::thread maker{[&] {
        made = backup(directory.path, copy);
        done = true;
    }};
    int last = 10;
    do {
        write_posts(last, last + 1);
        ++last;
    } while (!done);
    maker.join();

    REQUIRE(made);
    auto other = restored();
    const std::int64_t posts = *run(other->posts().last_sequence());
    CHECK(posts >= 10);
    CHECK(posts <= last);
    CHECK(*run(other->deliveries().count()) == static_cast<std::size_t>(posts));
}

TEST_CASE_METHOD(BackupTest, "a backup overwrites nothing, leaves nothing half, and only its owner may read it",
                 "[storage]") {
    CHECK(backup(home.path / "nowhere", copy).error().code == Errc::NotFound);
    CHECK(backup(directory.path, home.path / "no" / "folder").error().code == Errc::Unavailable);
    REQUIRE(backup(directory.path, copy));
    CHECK(backup(directory.path, copy).error().code == Errc::AlreadyExists);

    struct stat status{};
    REQUIRE(::stat(copy.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    CHECK(std::distance(std::filesystem::directory_iterator{home.path}, {}) == 1);
}

TEST_CASE_METHOD(BackupTest, "a backup takes the place of a database, of which nothing is lost", "[storage]") {
    write_posts(0, 20);
    REQUIRE(backup(directory.path, copy));
    write_posts(20, 30);
    CHECK(restore(directory.path, copy).error().code == Errc::Unavailable);  // it is in use
    const auto crashed = home.path / "crashed";
    std::filesystem::copy(directory.path, crashed);  // with its log of writes
    std::ofstream{crashed / "rialto.damaged"} << "broken\n";
    const auto refused = open({.directory = crashed}, metrics);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().message, Catch::Contains("broken") && Catch::Contains("rialto restore"));
    CHECK(backup(crashed, home.path / "second.db").error().code == Errc::Corrupt);
    CHECK_FALSE(verify(crashed / "rialto.db")->empty());

    REQUIRE(restore(crashed, copy));

    {
        const auto opened = open({.directory = crashed}, metrics);
        REQUIRE(opened);
        CHECK(*run((*opened)->posts().last_sequence()) == 20);
    }
    const auto before = home.path / "before";
    std::filesystem::create_directories(before);
    std::filesystem::rename(crashed / "rialto.db.before", before / "rialto.db");
    std::filesystem::rename(crashed / "rialto.db.before-wal", before / "rialto.db-wal");
    const auto opened = open({.directory = before}, metrics);
    REQUIRE(opened);
    CHECK(*run((*opened)->posts().last_sequence()) == 30);
    REQUIRE(restore(home.path / "fresh", copy));
    CHECK(open({.directory = home.path / "fresh"}, metrics));
}

TEST_CASE_METHOD(BackupTest, "a restore can be taken back, by what it kept", "[storage]") {
    write_posts(0, 20);
    REQUIRE(backup(directory.path, copy));
    write_posts(20, 30);
    const auto data = home.path / "data";
    std::filesystem::copy(directory.path, data);
    REQUIRE(restore(data, copy));

    REQUIRE(restore(data, data / "rialto.db.before"));  // with its log

    CHECK(std::filesystem::exists(data / "rialto.db.before.1"));
    const auto opened = open({.directory = data}, metrics);
    REQUIRE(opened);
    CHECK(*run((*opened)->posts().last_sequence()) == 30);
}

TEST_CASE_METHOD(BackupTest, "a log that is left without its database stays beside no other", "[storage]") {
    write_posts(0, 20);
    REQUIRE(backup(directory.path, copy));
    const auto data = home.path / "data";
    std::filesystem::copy(directory.path, data);
    std::filesystem::remove(data / "rialto.db");

    REQUIRE(restore(data, copy));

    CHECK(std::filesystem::exists(data / "rialto.db.before-wal"));
    CHECK(verify(data / "rialto.db")->empty());
    CHECK(restore(data, data / "rialto.db").error().code == Errc::InvalidArgument);
}

TEST_CASE_METHOD(BackupTest, "what is damaged, or no backup, is not restored, and one that was cut off is done again",
                 "[storage]") {
    write_posts(0, 20);
    REQUIRE(backup(directory.path, copy));
    std::ofstream{home.path / "rubbish"} << std::string(8192, 'x');
    const auto data = home.path / "data";

    CHECK(restore(data, home.path / "nothing").error().code == Errc::NotFound);
    CHECK_FALSE(restore(data, home.path / "rubbish"));
    std::ofstream{data / "rialto.damaged"} << "a restore did not come to its end\n";

    CHECK(open({.directory = data}, metrics).error().code == Errc::Corrupt);
    REQUIRE(restore(data, copy));
    CHECK(open({.directory = data}, metrics));
}

TEST_CASE_METHOD(BackupTest, "damage is found, and what is no database of ours is told", "[storage]") {
    write_posts(0, 300);
    REQUIRE(backup(directory.path, copy));
    const auto size = std::filesystem::file_size(copy);
    {
        std::fstream file{copy, std::ios::binary | std::ios::in | std::ios::out};
        file.seekp(static_cast<std::streamoff>(size / 2 / 4096 * 4096));
        file << std::string(4096, 'x');
    }
    CHECK_FALSE(verify(copy)->empty());

    const auto other = home.path / "other";
    std::ofstream{other} << std::string(8192, 'x');
    CHECK_FALSE(verify(other));
    CHECK(verify(home.path / "nothing").error().code == Errc::NotFound);
    CHECK(verify(database_in(directory.path))->empty());
}

TEST_CASE_METHOD(StoreTest, "space that nothing uses any more is given back, a little at a time", "[storage]") {
    OwedEvent large = event("large");
    large.envelope = std::string(std::size_t{12} << 20U, 'x');
    const DeliveryId id = large.deliveries.front().id;
    REQUIRE(run(store->deliveries().append(batch_of({large}))));
    CHECK(*run(store->shrink()) == 0);
    REQUIRE(run(store->deliveries().finish({id})));
    const std::int64_t before = number("PRAGMA page_count");

    CHECK(*run(store->shrink()) == 200);
    int rounds = 0;
    while (*run(store->shrink()) > 0)
        ++rounds;

    CHECK(rounds > 2);
    CHECK(number("PRAGMA page_count") < before - 1000);
}

}  // namespace rialto::storage
