#include "storage/sqlite/writer.hpp"

#include <atomic>
#include <functional>
#include <future>

#include "faulty_disk.hpp"
#include "fixture.hpp"

namespace rialto::storage::sqlite {
namespace {

/// A writer of a database with one table, and what became of the jobs given to it while its thread was held up: they
/// are the next group.
struct WriterTest {
    using Work = std::function<Status(Connection&)>;

    explicit WriterTest(Duration patience = 24h) {
        auto db = Connection::open(directory.path / "test.db", Connection::Access::ReadWrite);
        REQUIRE(db);
        (*db)->script("CREATE TABLE t (id INTEGER PRIMARY KEY)");
        writer.emplace(std::move(*db), nullptr, nullptr, Writer::Options{.patience = patience}, metrics);
    }

    void add(Work work, Writer::Turn turn = Writer::Turn::First) { jobs.emplace_back(std::move(work), turn); }
    void add_insert(int id) { add(insert(id)); }

    static Work insert(int id) {
        return [id](Connection& db) -> Status {
            db.run("INSERT INTO t VALUES (?)", id);
            return {};
        };
    }

    /// The outcomes of the jobs, in their order.
    std::vector<Status> run_jobs() {
        std::promise<void> held;
        std::promise<void> gate;
        auto hold_up = [&held, opened = gate.get_future().share()](Connection&) -> Status {
            held.set_value();
            opened.wait();
            return {};
        };
        std::vector<Task<Status>> tasks;
        tasks.push_back(writer->write(std::move(hold_up)));
        tasks.push_back(call([&] { held.get_future().wait(); }));
        for (auto& [work, turn] : jobs)
            tasks.push_back(writer->write(std::move(work), turn));
        tasks.push_back(call([&] { gate.set_value(); }));
        auto outcomes = run_all(std::move(tasks));
        return {outcomes.begin() + 2, outcomes.end() - 1};
    }

    std::vector<int> rows() {
        std::vector<int> ids;
        auto db = Connection::open(directory.path / "test.db", Connection::Access::ReadOnly);
        REQUIRE(db);
        for (Statement found = (*db)->query("SELECT id FROM t ORDER BY id"); found.step();)
            ids.push_back(static_cast<int>(found.number(0)));
        return ids;
    }

    int commits() const {
        const std::string text = metrics.text();
        const std::string name = "\nrialto_storage_commits_total ";
        return std::stoi(text.substr(text.find(name) + name.size()));
    }

    TemporaryDirectory directory;
    metrics::Registry metrics;
    std::vector<std::pair<Work, Writer::Turn>> jobs;
    std::optional<Writer> writer;

private:
    /// Runs when the tasks before it have queued their jobs.
    static Task<Status> call(std::function<void()> what) {
        what();
        co_return Status{};
    }
};

/// What a job that cannot be done says.
Status refusal() { return Error{Errc::Conflict, "not now"}; }

}  // namespace

TEST_CASE_METHOD(WriterTest, "a job that fails is undone, whatever it wrote, and its group is kept",
                 "[storage][writer]") {
    add_insert(1);
    add([](Connection& db) -> Status {
        db.run("INSERT INTO t VALUES (2)");
        db.run("DELETE FROM t WHERE id = 1");
        return refusal();
    });
    add([](Connection& db) -> Status {
        db.run("INSERT INTO t VALUES (3)");
        db.run("INSERT INTO t VALUES (1)");
        return {};
    });
    add_insert(2);

    const auto outcomes = run_jobs();

    CHECK(outcomes[0]);
    CHECK(outcomes[1].error().message == "not now");
    CHECK(outcomes[2].error().code == Errc::AlreadyExists);
    CHECK(outcomes[3]);
    CHECK(rows() == std::vector{1, 2});
}

TEST_CASE("a database that is found damaged when it is opened again is not tried any more", "[storage][writer]") {
    const FaultyDisk disk;
    const TemporaryDirectory directory;
    metrics::Registry metrics;
    auto db = Connection::open(directory.path / "test.db", Connection::Access::ReadWrite);
    REQUIRE(db);
    (*db)->script("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    std::promise<void> told;
    Writer writer{std::move(*db),
                  [] { return Error{Errc::Corrupt, "damaged"}; },
                  [&](const Error&) {
                      writer.condemn();
                      told.set_value();  // a second time it would throw
                  },
                  {.heal_interval = 1ms},
                  metrics};
    disk.fail({});

    CHECK(run(writer.write(WriterTest::insert(1))).error().code == Errc::Unavailable);

    REQUIRE(told.get_future().wait_for(10s) == std::future_status::ready);
    CHECK(run(writer.write(WriterTest::insert(1))).error().message.contains("is damaged"));
}

TEST_CASE_METHOD(WriterTest, "a job sees what those before it in the group wrote, once", "[storage][writer]") {
    const auto count = [](std::int64_t expected) {
        return [expected](Connection& db) -> Status {
            return db.number("SELECT count(*) FROM t") == expected ? Status{} : refusal();
        };
    };
    add_insert(1);
    add(count(1));
    add([](Connection& db) -> Status {
        db.run("INSERT INTO t VALUES (2)");
        return refusal();
    });
    add(count(1));
    add_insert(3);
    add(count(2));

    const auto outcomes = run_jobs();

    for (std::size_t i = 0; i < outcomes.size(); ++i)
        CHECK(outcomes[i].has_value() == (i != 2));
    CHECK(rows() == std::vector{1, 3});
}

TEST_CASE_METHOD(WriterTest, "a group is run again only if a job that failed had written", "[storage][writer]") {
    const bool writes = GENERATE(true, false);
    std::atomic runs{0};
    add([&runs](Connection&) -> Status {
        ++runs;
        return {};
    });
    add([writes](Connection& db) -> Status {
        if (writes)
            db.run("INSERT INTO t VALUES (1)");
        return refusal();
    });

    run_jobs();

    CHECK(runs == (writes ? 2 : 1));
    CHECK(rows().empty());
}

TEST_CASE("while many clients write, theirs go first, until the patience of others ends", "[storage][writer]") {
    const Duration patience = GENERATE(Duration{0}, Duration{24h});
    WriterTest test{patience};
    std::atomic written{0};
    std::atomic ahead{0};
    test.add(
        [&](Connection&) -> Status {
            ahead = written.load();
            return {};
        },
        Writer::Turn::Patient);
    for (int id = 0; id < 8; ++id) {
        test.add([&written, id](Connection& db) -> Status {
            ++written;
            return WriterTest::insert(id)(db);
        });
    }

    for (const auto& outcome : test.run_jobs())
        CHECK(outcome);

    CHECK(ahead == 8);
    CHECK(test.commits() == (patience == Duration{0} ? 2 : 3));
}

TEST_CASE("clients that fill group after group hold nobody up beyond his patience", "[storage][writer]") {
    WriterTest test{Duration{0}};
    std::atomic written{0};
    std::atomic ahead{0};
    test.add(
        [&](Connection&) -> Status {
            ahead = written.load();
            return {};
        },
        Writer::Turn::Patient);
    for (int id = 0; id < 2'000; ++id) {
        test.add([&written](Connection&) -> Status {
            ++written;
            return {};
        });
    }

    for (const auto& outcome : test.run_jobs())
        REQUIRE(outcome);

    CHECK(ahead > 0);
    CHECK(ahead < 512);
}

TEST_CASE("few clients do not make others wait", "[storage][writer]") {
    WriterTest test{24h};
    test.add(WriterTest::insert(1), Writer::Turn::Patient);
    test.add_insert(2);

    test.run_jobs();

    CHECK(test.commits() == 2);
    CHECK(test.rows() == std::vector{1, 2});
}

TEST_CASE("what is queued is written before the writer goes, patient or not", "[storage][writer]") {
    WriterTest test{24h};
    for (int id = 0; id < 1'000; ++id)
        test.add(WriterTest::insert(id), id % 2 == 0 ? Writer::Turn::Patient : Writer::Turn::First);

    for (const auto& outcome : test.run_jobs())
        REQUIRE(outcome);
    test.writer.reset();

    CHECK(test.rows().size() == 1'000);
}

}  // namespace rialto::storage::sqlite
