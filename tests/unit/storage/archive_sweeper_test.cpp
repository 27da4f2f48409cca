#include "rialto/storage/archive_sweeper.hpp"

#include "background.hpp"

namespace rialto::storage {
namespace {

/// Archives that are swept in virtual time.
struct SweeperTest : BackgroundTest {
    ~SweeperTest() { stop(sweeper); }

    void append(const std::string& archive, int count, const std::string& envelope = "") {
        std::vector<ArchiveEntry> entries;
        for (int i = 0; i < count; ++i)
            entries.push_back({.ingested = kNow,
                               .sequence = i,
                               .event_id = std::to_string(i),
                               .envelope = envelope + std::to_string(i)});
        const Status appended = run(store->archives().append(archive, std::move(entries)));
        REQUIRE(appended);
    }

    std::int64_t events(const std::string& archive) { return run(store->archives().figures(archive)).value().events; }

    static Task<Result<std::vector<KeptArchive>>> answer(Result<std::vector<KeptArchive>> list) { co_return list; }

    Result<std::vector<KeptArchive>> list{std::vector<KeptArchive>{{"day", std::chrono::days{1}}, {"ever", {}}}};
    ArchiveSweeper sweeper{
        loop.get_executor(), store->archives(), [this] { return answer(list); }, clock, timer, metrics};
};

}  // namespace

TEST_CASE_METHOD(SweeperTest, "archived events go when their archive's days are over", "[storage]") {
    append("day", 350);
    append("ever", 1);
    start(sweeper);

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

    start(sweeper);

    CHECK(number("SELECT count(*) FROM archive_entries") == 1);
    CHECK(number("SELECT count(*) FROM archives") == 1);
}

TEST_CASE_METHOD(SweeperTest, "what archived events have in common is learned", "[storage]") {
    append("ever", 1000, R"({"source":"shop.orders","detail-type":"OrderPlaced","region":"us-east-1","detail":{"n":)");
    start(sweeper);
    CHECK(number("SELECT count(*) FROM archive_dictionaries") == 1);
}

TEST_CASE_METHOD(SweeperTest, "nothing is dropped while nobody says which archives there are", "[storage]") {
    append("other", 1);
    list = Error{Errc::Unavailable, "not now"};
    start(sweeper);
    CHECK(events("other") == 1);

    list = std::vector<KeptArchive>{};
    pass(1min);
    CHECK(events("other") == 0);
}

}  // namespace rialto::storage
