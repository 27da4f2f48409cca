#include "rialto/bus/event_bus.hpp"

#include <thread>

#include "tests/support/bus_world.hpp"

namespace rialto::bus {
namespace {

using testing::rule;

struct EventBusTest : testing::BusWorld {
    model::Event event(const std::string& source = "s") const { return bus->make_event(source, "type", R"({"a":1})"); }
};

TEST_CASE_METHOD(EventBusTest, "an event that is put is delivered to the targets of its rules", "[bus]") {
    const auto sent = event();

    REQUIRE(run(bus->put("default", sent)));
    settle();

    REQUIRE(fake.attempts.size() == 1);
    CHECK(fake.attempts[0].payload == model::to_json(sent));
    CHECK(fake.attempts[0].event_id == sent.id);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(EventBusTest, "an event is durable before it is delivered", "[bus]") {
    fake.stuck = true;
    REQUIRE(run(bus->put("default", event())));
    CHECK(owed() == 1);

    fake.stuck = false;
    restart();
    settle();
    CHECK(owed() == 0);
    CHECK(fake.attempts.size() == 2);
}

TEST_CASE_METHOD(EventBusTest, "an event that no rule matches, or on no bus, writes nothing", "[bus]") {
    apply({{"default", {rule("one", R"({"source":["other"]})")}}});

    CHECK(run(bus->put("default", event())));
    CHECK(run(bus->put("nowhere", event("other"))));

    CHECK(owed() == 0);
    CHECK(bus->route("default", event()).empty());
}

TEST_CASE_METHOD(EventBusTest, "a delivery has the key by which its target wants it in order", "[bus]") {
    auto ordered = rule("one", kAny);
    ordered.targets.front().flow.order_by = "$.detail.key";
    apply({{"default", {ordered}}});
    const auto key_of = [this](const std::string& detail) {
        return bus->route("default", bus->make_event("s", "type", detail)).front().deliveries.front().ordered;
    };

    CHECK(key_of(R"({"key":"a"})") == R"("a")");
    CHECK(key_of(R"({"key":{"b":[1]}})") == R"({"b":[1]})");
    CHECK(key_of(R"({"other":1})").empty());
    CHECK(key_of(R"({"key":")" + std::string(999, 'x') + R"("})").size() == 64);
}

TEST_CASE_METHOD(EventBusTest, "an event that ten thousand rules match goes to each of them", "[bus]") {
    constexpr std::size_t kRules = 10'000;
    std::vector<model::Rule> rules;
    for (std::size_t i = 0; i < kRules; ++i)
        rules.push_back(rule("r" + std::to_string(i), kAny));
    apply({{"default", rules}});

    REQUIRE(run(bus->put("default", bus->make_event("s", "t", "{}"))));
    until([this] { return owed() == 0; });

    std::set<std::string> reached;
    for (const auto& attempt : fake.attempts)
        reached.insert(attempt.rule);
    CHECK(fake.attempts.size() == kRules);
    CHECK(reached.size() == kRules);
}

TEST_CASE_METHOD(EventBusTest, "an event that cannot be stored is not delivered", "[bus]") {
    store->flaky_deliveries.failing_writes = 1;

    const Status put = run(bus->put("default", event()));
    settle();

    REQUIRE_FALSE(put);
    CHECK(put.error().code == Errc::Unavailable);
    CHECK(fake.attempts.empty());
}

TEST_CASE_METHOD(EventBusTest, "rules that cannot be taken leave the old ones", "[bus]") {
    CHECK_FALSE(try_apply({{"default", {rule("bad", "{")}}}));
    store->flaky_deliveries.failing_writes = 1;
    CHECK_FALSE(try_apply({{"other", {rule("one", R"({"source":["s"]})")}}}));

    CHECK(bus->has("default"));
    CHECK_FALSE(bus->has("other"));
    CHECK(bus->route("default", event()).size() == 1);
}

TEST_CASE_METHOD(EventBusTest, "new rules replace all old ones", "[bus]") {
    apply({{"other", {rule("one", R"({"source":["s"]})")}}});

    CHECK_FALSE(bus->has("default"));
    CHECK(bus->route("default", event()).empty());
    CHECK(bus->route("other", event()).size() == 1);
}

TEST_CASE_METHOD(EventBusTest, "what an old rule owes is delivered though the rule is gone", "[bus]") {
    storage::Outbox outbox = bus->route("default", event());
    append(outbox);
    apply({});

    bus->dispatch(std::move(outbox));
    settle();

    CHECK(fake.answered == 1);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(EventBusTest, "our events say who and when we are", "[bus]") {
    const auto made = event("rialto.posts");

    CHECK(made.account == "000000000000");
    CHECK(made.region == "us-east-1");
    CHECK(made.time == clock.now());
    CHECK(made.id.size() == 36);
    CHECK(made.id != event().id);
}

TEST_CASE_METHOD(EventBusTest, "threads may route while the rules are replaced", "[bus]") {
    const std::vector<model::Bus> one{{"default", {rule("one", R"({"source":["s"]})")}}};
    const std::vector<model::Bus> two{
        {"default", {rule("one", R"({"source":["s"]})"), rule("two", R"({"source":["s"]})")}}};
    const auto sent = event();
    apply(one);
    std::atomic<bool> done = false;
    std::atomic<int> wrong = 0;
    {
        const std::jthread router{[&] {
            while (!done) {
                const auto outbox = bus->route("default", sent);
                wrong += outbox.size() == 1 && outbox[0].deliveries.size() <= 2 ? 0 : 1;
            }
        }};
        for (int i = 0; i < 20; ++i)
            apply(i % 2 == 0 ? two : one);
        done = true;
    }

    CHECK(wrong == 0);
}

}  // namespace
}  // namespace rialto::bus
