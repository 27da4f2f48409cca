#include "rialto/delivery/dispatcher.hpp"

#include "fixture.hpp"

namespace rialto::delivery {
namespace {

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

TEST_CASE_METHOD(DispatcherTest, "a rule whose deliveries hang delays no other rule with the same target",
                 "[dispatcher]") {
    keep({target}, "another rule");
    start();
    fake.stuck = true;
    for (int i = 0; i < 20; ++i)
        put("slow" + std::to_string(i), target);
    REQUIRE(fake.attempts.size() == options.concurrency);

    put("quick", target, "another rule");

    CHECK(fake.attempts.size() == options.concurrency + 1);
    CHECK(fake.attempts.back().event_id == "quick");
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
        keep({target, second});
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

TEST_CASE("the key of a target depends on its rule, on all that it says and on nothing else", "[dispatcher]") {
    const auto target = log_target("t");
    auto other = target;
    other.retry.max_retries = 7;

    CHECK(key_of({"r", target}) == key_of({"r", log_target("t")}));
    CHECK(key_of({"r", target}) != key_of({"r", other}));
    CHECK(key_of({"r", target}) != key_of({"r", log_target("u")}));
    CHECK(key_of({"r", target}) != key_of({"s", target}));
}

TEST_CASE_METHOD(DispatcherTest, "what is cleared and forgotten is not delivered", "[dispatcher]") {
    options.concurrency = 1;
    restart();
    keep({target});
    start();
    fake.stuck = true;
    put("under way", target);
    put("waiting", target);
    fail_always({Errc::Unavailable, "down"});

    REQUIRE(run(store->deliveries().clear()));
    dispatcher->forget();
    fake.release();
    pass(1h);

    CHECK(fake.attempts.size() == 1);
    CHECK(owed() == 0);
    CHECK(dead_letters().empty());
    fake.answer = [](const Attempt&) { return Outcome{Delivered{}}; };
    put("next", target);
    CHECK(fake.attempts.size() == 2);
}

}  // namespace
}  // namespace rialto::delivery
