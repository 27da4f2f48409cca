#include "fixture.hpp"

namespace rialto::delivery {
namespace {

TEST_CASE_METHOD(DispatcherTest, "what failed is tried again after a wait, and not before", "[courier]") {
    start();
    fail_always({Errc::Unavailable, "down"});
    put("e1", target);
    REQUIRE(fake.attempts.size() == 1);

    pass(499ms);
    CHECK(fake.attempts.size() == 1);

    pass(501ms);
    CHECK(fake.attempts.size() == 2);
    CHECK(owed() == 1);
}

TEST_CASE_METHOD(DispatcherTest, "a target that comes back within a day gets what it is owed", "[courier]") {
    target.retry.max_retries = 185;
    fail_always({Errc::Unavailable, "down"});
    keep({target});
    start();
    put("e1", target);
    for (int i = 0; i < 23 * 12; ++i)
        pass(5min);
    CHECK(fake.attempts.size() > 100);

    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };
    pass(10min);

    CHECK(owed() == 0);
    CHECK(dead_letters().empty());
}

TEST_CASE_METHOD(DispatcherTest, "a day of failures ends in a dead letter that says why", "[courier]") {
    fail_always({Errc::Unavailable, "down"});
    start();
    put("e1", target);

    for (int i = 0; i < 24 * 6 + 2; ++i)
        pass(10min);

    CHECK(owed() == 0);
    const auto letters = dead_letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].event_id == "e1");
    CHECK(letters[0].error_code == "ERROR_FROM_TARGET");
    CHECK(letters[0].error_message == "down");
    CHECK(letters[0].attempts == static_cast<int>(fake.attempts.size()));
    CHECK(letters[0].exhausted == "MaximumEventAgeInSeconds");
}

TEST_CASE_METHOD(DispatcherTest, "the last retry that fails ends in a dead letter", "[courier]") {
    target.retry.max_retries = 2;
    fail_always({Errc::TimedOut, "slow"});
    keep({target});
    start();
    put("e1", target);

    pass(10s);
    pass(10s);

    CHECK(fake.attempts.size() == 3);
    const auto letters = dead_letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].exhausted == "MaximumRetryAttempts");
    CHECK(letters[0].error_code == "TIMEOUT");
    CHECK(letters[0].attempts == 3);
}

TEST_CASE_METHOD(DispatcherTest, "a final failure is a dead letter at once", "[courier]") {
    start();
    fail_always({Errc::NotFound, "no such thing"});

    put("e1", target);

    const auto letters = dead_letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].error_code == "NO_RESOURCE");
    CHECK(letters[0].exhausted.empty());
    CHECK(letters[0].attempts == 1);
    CHECK(fake.attempts.size() == 1);
}

TEST_CASE_METHOD(DispatcherTest, "the wait that a target asks for is kept", "[courier]") {
    start();
    fake.answer = [](const Attempt&) {
        return Outcome{Failed{.error = {Errc::Unavailable, "busy"}, .not_before = 30s}};
    };
    put("e1", target);

    pass(29s);
    CHECK(fake.attempts.size() == 1);
    pass(1s);
    CHECK(fake.attempts.size() == 2);
}

TEST_CASE_METHOD(DispatcherTest, "a kind that nothing serves is a dead letter", "[courier]") {
    model::Target orphan{.id = "o", .kind = model::EmailTarget{}, .input = {}, .retry = {}, .dead_letter = {}};
    keep({orphan});
    start();

    put("e1", orphan);

    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_code == "NO_RESOURCE");
}

TEST_CASE_METHOD(DispatcherTest, "input that cannot be shaped is a dead letter and its target is not asked",
                 "[courier]") {
    target.input = model::TransformedInput{{{"t", model::Path::parse("$.detail.topic").value()}}, R"({"a": x<t>})"};
    keep({target});
    start();

    put("e1", target);

    CHECK(fake.attempts.empty());
    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_code == "INVALID_JSON");
}

TEST_CASE_METHOD(DispatcherTest, "a dead-letter target takes what was given up", "[courier]") {
    target.dead_letter = model::BusTarget{"x"};
    fail_always({Errc::Rejected, "never"});
    keep({target});
    start();

    put("e1", target);

    CHECK(other.attempts.size() == 1);
    CHECK(owed() == 0);
    CHECK(dead_letters().empty());
}

TEST_CASE_METHOD(DispatcherTest, "input that cannot be shaped goes to the dead-letter target as it came", "[courier]") {
    target.input = model::TransformedInput{{{"t", model::Path::parse("$.detail.topic").value()}}, R"({"a": x<t>})"};
    target.dead_letter = model::BusTarget{"x"};
    keep({target});
    start();

    put("e1", target);

    REQUIRE(other.attempts.size() == 1);
    CHECK(other.attempts[0].payload == R"({"id":"e1","detail":{"topic":"travel"}})");
    CHECK(dead_letters().empty());
}

TEST_CASE_METHOD(DispatcherTest, "a dead-letter target that fails leaves the event to the built-in store",
                 "[courier]") {
    target.dead_letter = model::BusTarget{"x"};
    fail_always({Errc::Rejected, "never"});
    other.answer = [](const Attempt&) { return refuse({Errc::Unavailable, "down too"}); };
    keep({target});
    start();

    put("e1", target);

    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_message == "never");
}

TEST_CASE_METHOD(DispatcherTest, "each part of a split delivery is delivered and fails on its own", "[courier]") {
    start();
    fake.answer = [](const Attempt& attempt) -> Outcome {
        if (attempt.part.empty())
            return Split{.parts = {"a", "b"}, .rest = {}};
        if (attempt.part == "a")
            return refuse({Errc::Rejected, "no a"});
        return Delivered{};
    };

    put("e1", target);

    CHECK(fake.attempts.size() == 3);
    CHECK(owed() == 0);
    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].part == "a");
}

TEST_CASE_METHOD(DispatcherTest, "a long list is split in steps, without a wait between them", "[courier]") {
    start();
    std::map<std::string, int> count;
    fake.answer = [&count](const Attempt& attempt) -> Outcome {
        ++count[attempt.part];
        if (attempt.part.empty())
            return Split{.parts = {"1", "2"}, .rest = "after:2"};
        if (attempt.part == "after:2")
            return Split{.parts = {"3", "4"}, .rest = "after:4"};
        if (attempt.part == "after:4")
            return Split{.parts = {"5"}, .rest = {}};
        return Delivered{};
    };

    put("e1", target);
    until([&] { return count["5"] > 0; });
    settle();

    CHECK(owed() == 0);
    for (const auto& [part, times] : count)
        CHECK((part + " " + std::to_string(times)) == part + " 1");
    CHECK(count.size() == 8);
}

TEST_CASE_METHOD(DispatcherTest, "what is made together ends each in its own way, and together where it can",
                 "[courier]") {
    fake.likes.attempts = 10;
    fake.answer = [](const Attempt& attempt) -> Outcome {
        if (attempt.event_id < "e3")
            return Failed{.error = {Errc::Unavailable, "down"}};
        if (attempt.event_id < "e5")
            return Failed{.error = {Errc::InvalidArgument, "never"}, .final = true};
        return Delivered{};
    };
    const model::Target own = log_target("own");
    keep({own});
    for (const char* id : {"e1", "e2", "e3", "e4", "e5", "e6"})
        append({event(id, own)});

    start();
    settle();

    CHECK(fake.batches == std::vector<std::size_t>{6});
    CHECK(store->flaky_deliveries.finished == 1);
    CHECK(store->flaky_deliveries.postponed == 1);
    CHECK(store->flaky_deliveries.buried == 1);
    CHECK(owed() == 2);
    const auto letters = dead_letters();
    REQUIRE(letters.size() == 2);
    CHECK(letters[0].event_id == "e4");
    CHECK(letters[1].event_id == "e3");

    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };
    pass(1s);
    CHECK(owed() == 0);
    CHECK(fake.attempts.size() == 8);
}

TEST_CASE_METHOD(DispatcherTest, "what is given up together goes to the dead-letter target together", "[courier]") {
    fake.likes.attempts = 10;
    fake.answer = [](const Attempt& attempt) -> Outcome {
        if (!attempt.given_up || attempt.event_id == "e2")
            return Failed{.error = {Errc::InvalidArgument, "never"}, .final = true};
        return Delivered{};
    };
    model::Target own = log_target("own");
    own.dead_letter = own.kind;
    keep({own});
    for (const char* id : {"e1", "e2", "e3"})
        append({event(id, own)});

    start();
    settle();

    CHECK(fake.batches == std::vector<std::size_t>{3, 3});
    CHECK(store->flaky_deliveries.finished == 1);
    CHECK(owed() == 0);
    const auto letters = dead_letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].event_id == "e2");
}

TEST_CASE_METHOD(DispatcherTest, "a target that throws has failed and is tried again", "[courier]") {
    start();
    fake.answer = [](const Attempt&) -> Outcome { throw std::runtime_error{"a bug"}; };
    put("e1", target);
    CHECK(owed() == 1);

    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };
    pass(1s);

    CHECK(owed() == 0);
}

TEST_CASE_METHOD(DispatcherTest, "an outcome that cannot be recorded is recorded later and not reached twice",
                 "[courier]") {
    start();
    store->flaky_deliveries.failing_writes = 2;

    put("e1", target);
    CHECK(owed() == 1);
    pass(1s);
    CHECK(owed() == 1);
    pass(1s);

    CHECK(owed() == 0);
    CHECK(fake.attempts.size() == 1);
    CHECK(store->flaky_deliveries.finished == 3);
}

}  // namespace
}  // namespace rialto::delivery
