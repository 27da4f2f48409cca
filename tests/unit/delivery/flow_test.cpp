#include <set>

#include "fixture.hpp"
#include "rialto/delivery/admission.hpp"

namespace rialto::delivery {
namespace {

struct FlowTest : DispatcherTest {
    /// Events e0, e1, ... at once.
    void put_many(int count, const model::Target& to) {
        for (int i = 0; i < count; ++i)
            put("e" + std::to_string(i), to);
    }

    /// An event that the target wants after those of the same key.
    void put_ordered(const std::string& id, const std::string& key) {
        storage::Outbox outbox{event(id, target)};
        outbox.front().deliveries.front().ordered = key;
        append(outbox);
        dispatcher->dispatch(std::move(outbox));
        settle();
    }

    std::string seen() const {
        std::string ids;
        for (const auto& attempt : fake.attempts)
            ids += attempt.event_id + " ";
        return ids;
    }
};

TEST_CASE_METHOD(FlowTest, "a target has as many attempts at a time as it says, and another as it says", "[flow]") {
    target.flow.concurrency = 3;
    keep({target});
    start();
    fake.stuck = true;

    put_many(10, target);

    CHECK(fake.attempts.size() == 3);
    fake.release();
    until([&] { return fake.answered == 10; });
    settle();
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(FlowTest, "a rate is kept, and delays no other target", "[flow]") {
    target.flow.rate = 10;
    keep({target});
    start();
    put_many(100, target);
    put("quick", second);
    CHECK(other.answered == 1);
    const auto at_once = fake.attempts.size();
    CHECK(at_once <= 10);

    for (int i = 0; i < 20; ++i)
        pass(100ms);
    const auto in_two_seconds = fake.attempts.size() - at_once;
    CHECK(in_two_seconds >= 18);
    CHECK(in_two_seconds <= 22);
    for (int i = 0; i < 100; ++i)
        pass(100ms);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(FlowTest, "a target that fails is left alone, until one attempt shows that it is back", "[flow]") {
    target.flow.breaker = model::Breaker{.failures = 5, .wait = 1min};
    target.flow.concurrency = 1;
    keep({target});
    start();
    fail_always({Errc::Unavailable, "down"});
    put_many(20, target);
    CHECK(fake.attempts.size() == 5);
    CHECK(metrics.text().find("rialto_delivery_open_breakers 1") != std::string::npos);

    pass(59s);
    CHECK(fake.attempts.size() == 5);
    pass(1s);
    CHECK(fake.attempts.size() == 6);

    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };
    pass(1min);
    pass(1min);

    until([this] { return owed() == 0; });
    CHECK(metrics.text().find("rialto_delivery_open_breakers 0") != std::string::npos);
}

TEST_CASE_METHOD(FlowTest, "what is too old while its target is left alone is a dead letter, without an attempt",
                 "[flow]") {
    target.flow.breaker = model::Breaker{.failures = 1, .wait = 1h};
    target.flow.concurrency = 1;
    target.retry.max_age = 60s;
    keep({target});
    start();
    fail_always({Errc::TimedOut, "no answer"});
    put_many(3, target);
    REQUIRE(fake.attempts.size() == 1);

    pass(50s);
    CHECK(dead_letters().empty());
    pass(11s);
    pass(1min);

    CHECK(fake.attempts.size() == 1);
    CHECK(owed() == 0);
    const auto letters = dead_letters();
    REQUIRE(letters.size() == 3);
    CHECK(letters.front().error_code == "TIMEOUT");
    CHECK(letters.front().exhausted == "MaximumEventAgeInSeconds");
}

TEST_CASE_METHOD(FlowTest, "the pause that a target asks for is one of all its deliveries", "[flow]") {
    target.flow.concurrency = 1;
    keep({target});
    start();
    fake.answer = [](const Attempt&) {
        return Outcome{Failed{.error = {Errc::Unavailable, "busy"}, .code = "THROTTLING", .not_before = 30s}};
    };
    put_many(3, target);
    put("quick", second);
    CHECK(fake.attempts.size() == 1);
    CHECK(other.answered == 1);

    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };
    pass(29s);
    CHECK(fake.attempts.size() == 1);
    pass(1s);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(FlowTest, "events of a key come in order, through retries and a restart, and delay no other key",
                 "[flow]") {
    start();
    fake.answer = [](const Attempt& attempt) -> Outcome {
        if (attempt.event_id == "a1")
            return refuse({Errc::Unavailable, "not yet"});
        return Delivered{};
    };
    put_ordered("a1", "a");
    put_ordered("a2", "a");
    put_ordered("b1", "b");
    put_ordered("a3", "a");
    put_ordered("b2", "b");
    CHECK(seen() == "a1 b1 b2 ");

    restart();
    start();
    settle();
    CHECK(seen() == "a1 b1 b2 ");
    pass(1s);
    CHECK(seen() == "a1 b1 b2 a1 ");

    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };
    pass(2s);
    settle();
    CHECK(seen() == "a1 b1 b2 a1 a1 a2 a3 ");
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(FlowTest, "an ordered event that is given up lets the next one go", "[flow]") {
    start();
    fake.answer = [](const Attempt& attempt) -> Outcome {
        if (attempt.event_id == "a1")
            return refuse({Errc::Rejected, "never"});
        return Delivered{};
    };

    put_ordered("a1", "a");
    put_ordered("a2", "a");
    settle();

    CHECK(seen() == "a1 a2 ");
    CHECK(dead_letters().size() == 1);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(FlowTest, "the bytes in memory are bounded over all targets, and all is delivered", "[flow]") {
    close();
    options.concurrency = 1;
    options.memory = 100;
    open();
    keep({target, second});
    start();
    fake.stuck = true;
    put_many(20, target);
    other.stuck = true;
    for (int i = 0; i < 20; ++i)
        put("o" + std::to_string(i), second);
    const auto text = metrics.text();
    CHECK(text.find("rialto_delivery_in_memory 40") == std::string::npos);

    fake.release();
    other.release();
    until([&] { return fake.answered == 20 && other.answered == 20; });
    settle();

    CHECK(owed() == 0);
    CHECK(fake.attempts.size() == 20);
}

TEST_CASE_METHOD(FlowTest, "a clock that is put back a day stops no delivery", "[flow]") {
    close();
    options.concurrency = 1;
    options.lane_queue = 2;
    open();
    keep({target, second});
    start();
    fake.stuck = true;
    put_many(6, target);

    clock.set(clock.now() - 24h);
    put("new", second);
    CHECK(other.answered == 1);
    fake.release();
    until([&] { return fake.answered == 6; });
    settle();

    CHECK(owed() == 0);
}

TEST_CASE_METHOD(FlowTest, "a retry that waits when the clock is put back comes soon after", "[flow]") {
    start();
    fail_always({Errc::Unavailable, "down"});
    put("e", target);
    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };

    clock.set(clock.now() - 24h);
    dispatcher->rescan();
    settle();

    CHECK(owed() == 0);
}

TEST_CASE_METHOD(FlowTest, "a million seconds are put forward: what is too old ends as a dead letter", "[flow]") {
    start();
    fail_always({Errc::Unavailable, "down"});
    put("e", target);

    pass(std::chrono::seconds{1'000'000});

    CHECK(owed() == 0);
    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters().front().exhausted == "MaximumEventAgeInSeconds");
}

TEST_CASE_METHOD(FlowTest, "every failed attempt is kept with its dead letter", "[flow]") {
    target.retry.max_retries = 3;
    fake.answer = [](const Attempt&) {
        return Outcome{Failed{.error = {Errc::Unavailable, "busy"}, .status = 503, .response = "later"}};
    };
    keep({target});
    start();
    put("e", target);
    for (int i = 0; i < 3; ++i)
        pass(10s);

    REQUIRE(dead_letters().size() == 1);
    const auto attempts = run(store->deliveries().attempts(dead_letters().front().delivery)).value();
    REQUIRE(attempts.size() == 4);
    CHECK(attempts.front().number == 1);
    CHECK(attempts.back().number == 4);
    CHECK(attempts.back().status == 503);
    CHECK(attempts.back().response == "later");
    CHECK(attempts.back().message == "busy");
}

TEST_CASE_METHOD(FlowTest, "no events are taken with too much owed or too little space, and then again", "[flow]") {
    std::uintmax_t space = 1000;
    Admission admission{loop.get_executor(),
                        *store,
                        [&space] { return std::optional{space}; },
                        {.backlog = 3, .free = 500},
                        clock,
                        timer,
                        metrics};
    run(admission.start());
    settle();
    CHECK(admission.admits());

    constexpr Duration kLongEnough = 1min;  // the slower a look is, the fewer there are
    space = 499;
    pass(kLongEnough);
    CHECK(admission.admits().error().code == Errc::LimitExceeded);
    CHECK(metrics.text().find("rialto_delivery_refusing 1") != std::string::npos);

    space = 500;
    for (int i = 0; i < 3; ++i)
        append({event("e" + std::to_string(i), target)});
    pass(kLongEnough);
    CHECK(admission.admits().error().message.starts_with("3 deliveries are owed"));

    REQUIRE(run(store->deliveries().clear()));
    pass(kLongEnough);
    CHECK(admission.admits());
    run(admission.stop());
}

}  // namespace
}  // namespace rialto::delivery
