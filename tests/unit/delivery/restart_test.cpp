#include "fixture.hpp"

namespace rialto::delivery {
namespace {

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

TEST_CASE_METHOD(DispatcherTest, "a retry comes at once if the clock was put back while the process was down",
                 "[dispatcher]") {
    start();
    fail_always({Errc::Unavailable, "down"});
    put("e1", target);
    REQUIRE(fake.attempts.size() == 1);

    clock.set(clock.now() - 24h);
    restart();
    start();
    settle();

    CHECK(fake.attempts.size() == 2);
}

TEST_CASE_METHOD(DispatcherTest, "a delivery that waits for a time far ahead is not tried because of a start",
                 "[dispatcher]") {
    start();
    fail_always({Errc::Unavailable, "down"});
    target.retry.max_retries = 0;
    keep({target});
    put("e1", target);
    REQUIRE(dead_letters().size() == 1);
    const auto again =
        run(store->deliveries().redrive_some({}, {{.delivery = store->next_delivery_id(), .due = clock.now() + 24h}}));
    REQUIRE(again.value() == 1);

    for (int starts = 0; starts < 2; ++starts) {
        restart();
        start();
        settle();
    }
    CHECK(fake.attempts.size() == 1);
}

TEST_CASE_METHOD(DispatcherTest, "a start forgets the targets that no rule has and nothing is owed to",
                 "[dispatcher]") {
    const auto stored = [this] { return run(store->deliveries().targets()).value().size(); };
    keep({target}, "old rule");
    keep({target}, "owing rule");
    append({event("e1", target, "owing rule")});
    restart();
    keep({target}, "new rule");
    REQUIRE(stored() == 5);  // with the fixture's two

    start();
    CHECK(stored() == 2);
    settle();
    CHECK(owed() == 0);
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

}  // namespace
}  // namespace rialto::delivery
