#include "rialto/delivery/dispatcher.hpp"

#include "tests/support/world.hpp"

namespace rialto::delivery {
namespace {

using testing::log_target;

Outcome refuse(Error error) { return failed(std::move(error)); }

/// A target that answers as told, and another one beside it.
struct DispatcherTest : testing::World {
    DispatcherTest() {
        targets.add<model::LogTarget>(fake);
        targets.add<model::BusTarget>(other);
        keep({target, second});
    }
    ~DispatcherTest() { close(); }

    void fail_always(Error error) {
        fake.answer = [error](const Attempt&) { return refuse(error); };
    }

    testing::FakeTarget fake;
    testing::FakeTarget other;
    model::Target target = log_target("t");
    model::Target second{.id = "b", .kind = model::BusTarget{"x"}, .input = {}, .retry = {}, .dead_letter = {}};
};

TEST_CASE_METHOD(DispatcherTest, "what was delivered is owed no more", "[dispatcher]") {
    start();

    put("e1", target);

    CHECK(fake.attempts.size() == 1);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(DispatcherTest, "a target is told of the event, the rule and the shaped input", "[dispatcher]") {
    target.input = model::ConstantInput{R"({"constant":1})"};
    std::optional<Attempt> seen;
    fake.answer = [&seen](const Attempt& attempt) {
        seen = attempt;
        return Outcome{Delivered{}};
    };
    keep({target});
    start();

    put("e1", target);

    REQUIRE(seen);
    CHECK(seen->event_id == "e1");
    CHECK(seen->bus == "default");
    CHECK(seen->rule == "arn:aws:events:us-east-1:0:rule/r");
    CHECK(seen->payload == R"({"constant":1})");
    CHECK(seen->shaped);
    CHECK(seen->part.empty());
    CHECK(seen->event.find("id") != nullptr);
}

TEST_CASE_METHOD(DispatcherTest, "what failed is tried again after a wait, and not before", "[dispatcher]") {
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

TEST_CASE_METHOD(DispatcherTest, "a target that comes back within a day gets what it is owed", "[dispatcher]") {
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

TEST_CASE_METHOD(DispatcherTest, "a day of failures ends in a dead letter that says why", "[dispatcher]") {
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

TEST_CASE_METHOD(DispatcherTest, "the last retry that fails ends in a dead letter", "[dispatcher]") {
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

TEST_CASE_METHOD(DispatcherTest, "a final failure is a dead letter at once", "[dispatcher]") {
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

TEST_CASE_METHOD(DispatcherTest, "the wait that a target asks for is kept", "[dispatcher]") {
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

TEST_CASE_METHOD(DispatcherTest, "a kind that nothing serves is a dead letter", "[dispatcher]") {
    model::Target orphan{.id = "o", .kind = model::EmailTarget{}, .input = {}, .retry = {}, .dead_letter = {}};
    keep({orphan});
    start();

    put("e1", orphan);

    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_code == "NO_RESOURCE");
}

TEST_CASE_METHOD(DispatcherTest, "input that cannot be shaped is a dead letter and its target is not asked",
                 "[dispatcher]") {
    target.input = model::TransformedInput{{{"t", model::Path::parse("$.detail.topic").value()}}, R"({"a": x<t>})"};
    keep({target});
    start();

    put("e1", target);

    CHECK(fake.attempts.empty());
    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_code == "INVALID_JSON");
}

TEST_CASE_METHOD(DispatcherTest, "a dead-letter target takes what was given up", "[dispatcher]") {
    target.dead_letter = model::BusTarget{"x"};
    fail_always({Errc::Rejected, "never"});
    keep({target});
    start();

    put("e1", target);

    CHECK(other.attempts.size() == 1);
    CHECK(owed() == 0);
    CHECK(dead_letters().empty());
}

TEST_CASE_METHOD(DispatcherTest, "input that cannot be shaped goes to the dead-letter target as it came",
                 "[dispatcher]") {
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
                 "[dispatcher]") {
    target.dead_letter = model::BusTarget{"x"};
    fail_always({Errc::Rejected, "never"});
    other.answer = [](const Attempt&) { return refuse({Errc::Unavailable, "down too"}); };
    keep({target});
    start();

    put("e1", target);

    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_message == "never");
}

TEST_CASE_METHOD(DispatcherTest, "each part of a split delivery is delivered and fails on its own", "[dispatcher]") {
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

TEST_CASE_METHOD(DispatcherTest, "a long list is split in steps, without a wait between them", "[dispatcher]") {
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

TEST_CASE_METHOD(DispatcherTest, "a target that throws has failed and is tried again", "[dispatcher]") {
    start();
    fake.answer = [](const Attempt&) -> Outcome { throw std::runtime_error{"a bug"}; };
    put("e1", target);
    CHECK(owed() == 1);

    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };
    pass(1s);

    CHECK(owed() == 0);
}

TEST_CASE_METHOD(DispatcherTest, "a slow target delays no other", "[dispatcher]") {
    start();
    fake.stuck = true;
    for (int i = 0; i < 20; ++i)
        put("slow" + std::to_string(i), target);

    put("quick", second);

    CHECK(other.answered == 1);
    CHECK(fake.attempts.size() == options.concurrency);
    CHECK(fake.answered == 0);
    CHECK(owed() == 20);
    fake.release();
    until([&] { return fake.answered == 20; });
    settle();
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(DispatcherTest, "an outcome that cannot be recorded is recorded later and not reached twice",
                 "[dispatcher]") {
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

TEST_CASE_METHOD(DispatcherTest, "nothing is attempted while the store is ill, and all of it once it has healed",
                 "[dispatcher]") {
    start();
    store->ill = true;
    put("e1", target);
    pass(10s);
    CHECK(fake.attempts.empty());

    store->ill = false;
    dispatcher->rescan();
    settle();

    CHECK(fake.attempts.size() == 1);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(DispatcherTest, "what was owed when the process died is delivered by the next", "[dispatcher]") {
    append({event("e1", target), event("e2", target)});
    restart();
    start();
    settle();

    CHECK(fake.attempts.size() == 2);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(DispatcherTest, "a retry that waited when the process died comes in its time", "[dispatcher]") {
    start();
    fail_always({Errc::Unavailable, "down"});
    put("e1", target);
    restart();
    start();
    settle();
    CHECK(fake.attempts.size() == 1);

    pass(1s);
    CHECK(fake.attempts.size() == 2);
}

TEST_CASE_METHOD(DispatcherTest, "what was under way at the stop stays owed and is delivered by the next",
                 "[dispatcher]") {
    start();
    fake.stuck = true;
    put("e1", target);
    REQUIRE(fake.attempts.size() == 1);

    restart();
    fake.stuck = false;
    start();
    settle();

    CHECK(fake.attempts.size() == 2);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(DispatcherTest, "an attempt that ends within the grace of a stop is recorded", "[dispatcher]") {
    start();
    fake.stuck = true;
    put("e1", target);
    bool stopped = false;
    asio::co_spawn(loop, dispatcher->stop(10s), [&](const std::exception_ptr&) { stopped = true; });
    loop.poll();

    fake.release();
    until([&] { return stopped; });

    CHECK(owed() == 0);
    dispatcher.reset();
    store.reset();
}

TEST_CASE_METHOD(DispatcherTest, "after the stop nothing is attempted", "[dispatcher]") {
    start();
    run(dispatcher->stop(50ms));
    put("e1", target);

    CHECK(fake.attempts.empty());
    CHECK(owed() == 1);
    dispatcher.reset();
    store.reset();
}

TEST_CASE_METHOD(DispatcherTest, "a dead letter that is redriven is delivered at once", "[dispatcher]") {
    start();
    fail_always({Errc::Rejected, "never"});
    put("e1", target);
    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };

    REQUIRE(run(store->deliveries().redrive(dead_letters()[0].id, store->next_delivery_id(), clock.now())));
    dispatcher->rescan();
    settle();

    CHECK(fake.attempts.size() == 2);
    CHECK(owed() == 0);
    CHECK(dead_letters().empty());
}

TEST_CASE_METHOD(DispatcherTest, "a redriven dead letter finds its target though that was forgotten meanwhile",
                 "[dispatcher]") {
    start();
    fail_always({Errc::Rejected, "never"});
    put("e1", target);
    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };
    REQUIRE(run(store->deliveries().drop_targets_except({})));
    restart();
    start();

    REQUIRE(run(store->deliveries().redrive(dead_letters()[0].id, store->next_delivery_id(), clock.now())));
    dispatcher->rescan();
    settle();

    CHECK(owed() == 0);
    CHECK(fake.attempts.size() == 2);
}

TEST_CASE_METHOD(DispatcherTest, "deliveries for a target that cannot be read hold up no others", "[dispatcher]") {
    std::vector<std::pair<std::string, std::string>> unreadable;
    unreadable.emplace_back("broken", "{");
    REQUIRE(run(store->deliveries().keep_targets(unreadable)));
    storage::Outbox many;
    for (int i = 0; i < 600; ++i) {
        many.push_back(event("e" + std::to_string(i), target));
        many.back().deliveries[0].target = "broken";
    }
    append(std::move(many));
    append({event("good", second)});
    start();
    settle();

    CHECK(other.answered == 1);
    CHECK(owed() == 600);
}

struct SmallLanes : DispatcherTest {
    SmallLanes() {
        close();
        options.concurrency = 1;
        options.lane_queue = 4;
        open();
    }
};

TEST_CASE_METHOD(SmallLanes, "what finds no room in memory is read from the table as soon as there is room",
                 "[dispatcher]") {
    start();
    fake.stuck = true;
    for (int i = 0; i < 30; ++i)
        put("e" + std::to_string(i), target);
    CHECK(fake.attempts.size() == 1);

    fake.release();
    until([&] { return fake.answered >= 30; });
    settle();

    CHECK(owed() == 0);
    CHECK(fake.attempts.size() == 30);
}

TEST_CASE_METHOD(SmallLanes, "a full lane leaves room for the retries of others", "[dispatcher]") {
    start();
    fake.stuck = true;
    for (int i = 0; i < 20; ++i)
        put("e" + std::to_string(i), target);
    other.answer = [](const Attempt&) { return refuse({Errc::Unavailable, "down"}); };
    put("retried", second);

    pass(1s);

    CHECK(other.attempts.size() == 2);
}

TEST_CASE_METHOD(DispatcherTest, "the figure of what is in memory falls back to nothing", "[dispatcher]") {
    start();
    put("e1", target);

    CHECK(metrics.text().find("rialto_delivery_in_memory 0") != std::string::npos);
}

TEST_CASE("the key of a target depends on all that it says and on nothing else", "[dispatcher]") {
    const auto target = log_target("t");
    auto other = target;
    other.retry.max_retries = 7;

    CHECK(key_of(target) == key_of(log_target("t")));
    CHECK(key_of(target) != key_of(other));
    CHECK(key_of(target) != key_of(log_target("u")));
}

TEST_CASE("an error is final unless trying again may help", "[dispatcher]") {
    CHECK_FALSE(failed({Errc::Unavailable, ""}).final);
    CHECK_FALSE(failed({Errc::TimedOut, ""}).final);
    CHECK_FALSE(failed({Errc::Conflict, ""}).final);
    CHECK_FALSE(failed({Errc::Internal, ""}).final);
    CHECK(failed({Errc::Rejected, ""}).final);
    CHECK(failed({Errc::InvalidArgument, ""}).final);
    CHECK(failed({Errc::NotFound, ""}).final);
    CHECK(failed({Errc::TimedOut, ""}).code == "TIMEOUT");
    CHECK(failed({Errc::Unavailable, ""}).code == "ERROR_FROM_TARGET");
    CHECK(failed({Errc::NotFound, ""}).code == "NO_RESOURCE");
}

}  // namespace
}  // namespace rialto::delivery
