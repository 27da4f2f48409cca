#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <thread>

#include "faulty_disk.hpp"
#include "fixture.hpp"

namespace rialto::storage {
namespace {

std::vector<Task<Result<Inserted>>> insertions(Store& store, int from, int to) {
    std::vector<Task<Result<Inserted>>> tasks;
    for (int i = from; i < to; ++i)
        tasks.push_back(insert(store, std::to_string(i)));
    return tasks;
}

/// A store on a disk that can fail.
struct FaultTest {
    FaultTest() {
        house.store->on_healed([this] { healed.set_value(); });
    }

    bool heals() { return healed.get_future().wait_for(10s) == std::future_status::ready; }

    FaultyDisk disk;
    StoreTest house;
    std::promise<void> healed;
};

/// A directory, and what opening a store in it says.
struct OpenTest {
    Status opening() {
        auto opened = open({.directory = directory.path}, metrics);
        return opened ? Status{} : Status{opened.error()};
    }
    std::filesystem::path file() const { return directory.path / "rialto.db"; }
    void write_file(const std::string& bytes) const { std::ofstream{file(), std::ios::binary} << bytes; }
    void change(const char* sql) const {
        sqlite3* db = nullptr;
        sqlite3_open(file().c_str(), &db);
        REQUIRE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(db);
    }

    TemporaryDirectory directory;
    metrics::Registry metrics;
};

bool says(const Status& status, const std::string& text) {
    return !status && status.error().message.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("writes that come together share a commit and its sync", "[storage]") {
    FaultyDisk disk;
    StoreTest test;
    const int syncs = disk.syncs();

    for (const auto& answer : run_all(insertions(*test.store, 0, 1'000)))
        REQUIRE(answer);

    CHECK(disk.syncs() - syncs < 200);
    CHECK(*run(test.store->posts().last_sequence()) == 1'000);
}

TEST_CASE_METHOD(StoreTest, "a write that fails is undone while those beside it are kept", "[storage]") {
    auto tasks = insertions(*store, 0, 50);
    tasks.push_back(insert(*store, "7", {event("undone")}));
    for (auto& task : insertions(*store, 50, 100))
        tasks.push_back(std::move(task));

    const auto answers = run_all(std::move(tasks));

    for (std::size_t i = 0; i < answers.size(); ++i)
        CHECK(answers[i].has_value() == (i != 50));
    CHECK(due().empty());
    const auto changes = run(store->posts().changes(0, 1'000));
    REQUIRE(changes->size() == 100);
    CHECK(changes->back().sequence == 100);
}

TEST_CASE_METHOD(StoreTest, "a reopened store has everything", "[storage]") {
    for (const auto& answer : run_all(insertions(*store, 0, 20)))
        REQUIRE(answer);
    REQUIRE(run(insert(*store, "last", {event("e")})));

    reopen();

    CHECK(run(store->posts().get("last")));
    CHECK(*run(store->posts().last_sequence()) == 21);
    CHECK(due().size() == 1);
    CHECK(store->health());
}

TEST_CASE("more writes than may wait are refused", "[storage]") {
    TemporaryDirectory directory;
    metrics::Registry metrics;
    auto store = open({.directory = directory.path, .queued_writes = 0}, metrics);
    REQUIRE(store);

    CHECK(run(insert(**store, "a")).error().code == Errc::Unavailable);
}

TEST_CASE_METHOD(FaultTest, "a full disk refuses writes, loses nothing acknowledged, and heals", "[storage]") {
    const bool full = GENERATE(true, false);
    REQUIRE(run(insert(*house.store, "before")));
    disk.fail({.of = Fault::Of::Writes, .full = full});

    const auto refused = run_all(insertions(*house.store, 0, 100));
    for (const auto& answer : refused)
        REQUIRE(answer.error().code == Errc::Unavailable);
    CHECK(says(house.store->health(), "storage: "));
    CHECK(says(house.store->health(), "disk full") == full);
    CHECK(run(house.store->posts().get("before")));
    CHECK(*run(house.store->posts().last_sequence()) == 1);

    disk.mend();
    REQUIRE(heals());
    CHECK(house.store->health());
    CHECK(run(insert(*house.store, "after")));
    CHECK(*run(house.store->posts().last_sequence()) == 2);
}

TEST_CASE_METHOD(FaultTest, "a failed sync acknowledges nothing of its group", "[storage]") {
    REQUIRE(run(insert(*house.store, "before")));
    disk.fail({.of = Fault::Of::Syncs});

    const auto refused = run(insert(*house.store, "lost"));
    CHECK(refused.error().code == Errc::Unavailable);
    CHECK(run(insert(*house.store, "later")).error().code == Errc::Unavailable);

    disk.mend();
    REQUIRE(heals());
    CHECK(run(insert(*house.store, "after")));
    CHECK(run(house.store->posts().get("before")));
    CHECK(run(house.store->posts().get("lost")).error().code == Errc::NotFound);
    CHECK(*run(house.store->posts().last_sequence()) == 2);
}

TEST_CASE_METHOD(FaultTest, "a listener that was taken back is not called any more when the store heals", "[storage]") {
    std::promise<void> called;
    std::promise<void> gate;
    std::atomic finished = false;
    house.store->on_healed([&, opened = gate.get_future().share()] {
        called.set_value();
        opened.wait();
        finished = true;
    });
    disk.fail({.of = Fault::Of::Writes, .full = true});
    REQUIRE_FALSE(run(insert(*house.store, "refused")));
    disk.mend();
    called.get_future().wait();

    std::atomic taken_back = false;
    std::jthread other{[&] {
        house.store->on_healed({});
        taken_back = finished.load();
    }};
    gate.set_value();
    other.join();

    CHECK(taken_back);
}

TEST_CASE_METHOD(FaultTest, "a store that is closed while its disk fails lets go", "[storage]") {
    REQUIRE(run(insert(*house.store, "before")));
    disk.fail({.of = Fault::Of::Syncs});
    CHECK(!run(insert(*house.store, "lost")));

    house.store.reset();

    disk.mend();
    house.reopen();
    CHECK(run(house.store->posts().get("before")));
    CHECK(run(insert(*house.store, "after")));
}

TEST_CASE_METHOD(OpenTest, "a directory that is made is open to nobody else's eyes", "[storage]") {
    REQUIRE(opening());

    struct stat facts{};
    REQUIRE(::stat(file().c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0600U);
}

TEST_CASE_METHOD(OpenTest, "a second store in the same directory is refused until the first is closed", "[storage]") {
    {
        const auto first = open({.directory = directory.path}, metrics);
        REQUIRE(first);
        const Status second = opening();
        CHECK(second.error().code == Errc::Unavailable);
        CHECK(says(second, "in use by another rialto"));
        CHECK(says(second, directory.path.string()));
    }
    CHECK(opening());
}

TEST_CASE_METHOD(OpenTest, "a directory that cannot be made is refused with its path and the user", "[storage]") {
    write_file("in the way");

    const auto opened = open({.directory = file() / "data"}, metrics);

    REQUIRE(!opened);
    CHECK(opened.error().code == Errc::Unavailable);
    CHECK(says(opened.error(), (file() / "data").string()));
    CHECK(says(opened.error(), "user id " + std::to_string(geteuid())));
}

TEST_CASE_METHOD(OpenTest, "a file that is no database is refused as damaged", "[storage]") {
    write_file(std::string(8'192, 'x'));

    const Status status = opening();

    CHECK(status.error().code == Errc::Corrupt);
    CHECK(says(status, file().string()));
    CHECK(says(status, "backup"));
}

TEST_CASE_METHOD(OpenTest, "a database that was cut short is refused as damaged", "[storage]") {
    REQUIRE(opening());
    std::filesystem::resize_file(file(), 4'096);

    const Status status = opening();

    CHECK(status.error().code == Errc::Corrupt);
    CHECK(says(status, "backup"));
}

TEST_CASE_METHOD(OpenTest, "another program's database is left alone", "[storage]") {
    change("CREATE TABLE theirs(a)");

    const Status status = opening();

    CHECK(status.error().code == Errc::Corrupt);
    CHECK(says(status, "not a database of rialto"));
}

TEST_CASE_METHOD(OpenTest, "a database without one of its tables is refused as damaged", "[storage]") {
    REQUIRE(opening());
    change("DROP TABLE events");

    CHECK(opening().error().code == Errc::Corrupt);
}

TEST_CASE_METHOD(OpenTest, "a database of a newer version is refused", "[storage]") {
    REQUIRE(opening());
    change("PRAGMA user_version = 99");

    const Status status = opening();

    CHECK(status.error().code == Errc::InvalidArgument);
    CHECK(says(status, "is of version 99, this rialto knows "));
    CHECK(says(status, ": use a newer rialto"));
}

}  // namespace rialto::storage
