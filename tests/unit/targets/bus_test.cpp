#include "rialto/targets/bus.hpp"

#include "tests/support/posts_world.hpp"

namespace rialto::targets {
namespace {

struct BusTargetTest : testing::PostsWorld {
    BusTargetTest() {
        targets.add<model::BusTarget>(target);
        auto forward = testing::rule("forward", R"({"source":["s"]})");
        forward.targets[0].kind = model::BusTarget{"second"};
        apply({{"default", {forward}}, {"second", {testing::rule("end", R"({"source":["s"]})")}}});
    }
    ~BusTargetTest() { close_rooms(); }

    Bus target{*bus};
};

TEST_CASE_METHOD(BusTargetTest, "an event goes on to another bus as it is", "[bus]") {
    const auto event = bus->make_event("s", "type", R"({"n":1.50})");
    REQUIRE(run(bus->put("default", event)));
    until([&] { return fake.answered == 1; });
    settle();

    CHECK(fake.attempts[0].payload == model::to_json(event));
    CHECK(fake.attempts[0].rule.ends_with("rule/second/end"));
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(BusTargetTest, "an event that cannot be stored on the other bus is tried again", "[bus]") {
    delivery::Attempt attempt{};
    attempt.event = json::parse(model::to_json(bus->make_event("s", "type", "{}"))).value();
    attempt.target = model::BusTarget{"second"};
    store->flaky_deliveries.failing_writes = 1;

    const auto outcome = run(target.deliver(attempt));

    REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
    CHECK_FALSE(std::get<delivery::Failed>(outcome).final);
}

TEST_CASE_METHOD(BusTargetTest, "what is no event fails for good", "[bus]") {
    delivery::Attempt attempt{};
    attempt.event = json::Object{};
    attempt.target = model::BusTarget{"second"};

    const auto outcome = run(target.deliver(attempt));

    REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
    CHECK(std::get<delivery::Failed>(outcome).final);
}

}  // namespace
}  // namespace rialto::targets
