#include "rialto/targets/archive.hpp"

#include <algorithm>

#include "tests/support/world.hpp"

namespace rialto::targets {
namespace {

struct ArchiveTest : testing::World {
    static constexpr const char* kArn = "arn:aws:events:us-east-1:0:archive/orders";

    delivery::Attempt attempt(const std::string& id, storage::DeliveryId delivery, const std::string& arn = kArn,
                              const std::string& envelope = R"({"n":1.50})") {
        delivery::Attempt made{};
        made.delivery = delivery;
        made.event_id = id;
        made.ingested = clock.now();
        made.event = json::parse(envelope).value();
        made.payload = "shaped";
        made.target = model::ArchiveTarget{arn};
        return made;
    }

    std::vector<delivery::Outcome> deliver(const std::vector<delivery::Attempt>& attempts) {
        return run(archive.deliver_all(attempts));
    }

    std::vector<storage::ArchiveEntry> archived(const std::string& arn = kArn) {
        return run(store->archives().read(arn, TimePoint::min(), TimePoint::max(), {}, 100)).value();
    }

    static bool is_delivered(const delivery::Outcome& outcome) {
        return std::holds_alternative<delivery::Delivered>(outcome);
    }

    Archive archive{store->archives()};
};

TEST_CASE_METHOD(ArchiveTest, "an event is archived as it stands on its bus", "[archive]") {
    REQUIRE(is_delivered(deliver({attempt("e", 7)}).at(0)));

    const auto entries = archived();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].event_id == "e");
    CHECK(entries[0].ingested == clock.now());
    CHECK(entries[0].sequence == 7);
    CHECK(entries[0].envelope == R"({"n":1.50})");
}

TEST_CASE_METHOD(ArchiveTest, "what comes together is written as one, in the order of its bus", "[archive]") {
    std::vector<delivery::Attempt> attempts;
    for (int i = 0; i < 20; ++i)
        attempts.push_back(attempt(std::to_string(i), 20 - i));
    attempts.push_back(attempt("replayed", 21, kArn, R"({"replay-name":"again"})"));

    const auto outcomes = deliver(attempts);

    CHECK(outcomes.size() == attempts.size());
    CHECK(std::ranges::all_of(outcomes, is_delivered));
    CHECK(store->flaky_archives.appends == 1);
    const auto entries = archived();
    REQUIRE(entries.size() == 20);
    CHECK(entries.front().event_id == "19");
}

TEST_CASE_METHOD(ArchiveTest, "an event that is delivered again is archived once", "[archive]") {
    deliver({attempt("e", 1)});
    deliver({attempt("e", 1)});

    CHECK(archived().size() == 1);
}

TEST_CASE_METHOD(ArchiveTest, "a replayed event is not archived", "[archive]") {
    const auto outcomes = deliver({attempt("e", 1, kArn, R"({"replay-name":"again"})")});

    CHECK(is_delivered(outcomes.at(0)));
    CHECK(store->flaky_archives.appends == 0);
}

TEST_CASE_METHOD(ArchiveTest, "what cannot be written may be tried again", "[archive]") {
    store->flaky_archives.failing_writes = 1;

    const auto outcomes = deliver({attempt("a", 1), attempt("b", 2)});

    for (const auto& outcome : outcomes) {
        REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
        CHECK_FALSE(std::get<delivery::Failed>(outcome).final);
    }
    CHECK(archived().empty());
    CHECK(is_delivered(deliver({attempt("a", 1)}).at(0)));
    CHECK(archived().size() == 1);
}

}  // namespace
}  // namespace rialto::targets
