#include "rialto/storage/archive_sweeper.hpp"

#include <functional>

#include "fixture.hpp"

namespace rialto::storage {
namespace {

/// Archives that are swept in virtual time.
struct SweeperTest : StoreTest {
    ~SweeperTest() {
        stop();
        store.reset();  // whose threads post to the loop, which goes before the fixture's own members
    }

    void start() {
        sweeper.start();
        until([this] { return timer.waiting() == 1; });
    }

    void stop() {
        bool stopped = false;
        asio::co_spawn(loop, sweeper.stop(), [&stopped](const std::exception_ptr&) { stopped = true; });
        until([&stopped] { return stopped; });
    }

    /// Until the sweeper has looked again.
    void pass(Duration time) {
        timer.advance(time);
        until([this] { return timer.waiting() == 1; });
    }

    void until(const std::function<bool()>& is_so) {
        while (!is_so()) {
            loop.restart();
            loop.run_one_for(100ms);
        }
    }

    void append(const std::string& archive, int count) {
        std::vector<ArchiveEntry> entries;
        for (int i = 0; i < count; ++i)
            entries.push_back({.ingested = kNow, .sequence = i, .event_id = std::to_string(i), .envelope = "{}"});
        REQUIRE(run(store->archives().append(archive, std::move(entries))));
    }

    std::int64_t events(const std::string& archive) { return run(store->archives().figures(archive)).value().events; }

    static Task<Result<std::vector<KeptArchive>>> answer(Result<std::vector<KeptArchive>> list) { co_return list; }

    asio::io_context loop;
    ManualClock clock{kNow};
    VirtualTimer timer{clock};
    Result<std::vector<KeptArchive>> list{std::vector<KeptArchive>{{"day", std::chrono::days{1}}, {"ever", {}}}};
    ArchiveSweeper sweeper{
        loop.get_executor(), store->archives(), [this] { return answer(list); }, clock, timer, metrics};
};

}  // namespace

TEST_CASE_METHOD(SweeperTest, "archived events go when their archive's days are over", "[storage]") {
    append("day", 350);
    append("ever", 1);
    start();

    pass(24h);
    CHECK(events("day") == 350);
    pass(1min);
    CHECK(events("day") == 0);

    pass(24h * 10'000);
    CHECK(events("ever") == 1);
    CHECK(metrics.text().find("rialto_storage_trimmed_total{what=\"archives\"} 350") != std::string::npos);
}

TEST_CASE_METHOD(SweeperTest, "what archives left behind goes, also what came after their end", "[storage]") {
    append("gone", 150);
    REQUIRE(run(store->archives().remove("gone")));
    append("gone", 150);
    append("ever", 1);

    start();

    CHECK(number("SELECT count(*) FROM archive_entries") == 1);
    CHECK(number("SELECT count(*) FROM archives") == 1);
}

TEST_CASE_METHOD(SweeperTest, "nothing is dropped while nobody says which archives there are", "[storage]") {
    append("other", 1);
    list = Error{Errc::Unavailable, "not now"};
    start();
    CHECK(events("other") == 1);

    list = std::vector<KeptArchive>{};
    pass(1min);
    CHECK(events("other") == 0);
}

}  // namespace rialto::storage
