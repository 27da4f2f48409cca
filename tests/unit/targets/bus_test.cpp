#include "rialto/targets/bus.hpp"

#include "rialto/bus/resources.hpp"
#include "tests/support/catalog_world.hpp"

namespace rialto::targets {
namespace {

const bus::Identity kOurs;
const bus::Identity kOther{.account = "111111111111", .region = "us-east-1"};
const bus::Identity kFar{.account = "000000000000", .region = "eu-west-1"};

struct BusTargetTest : testing::CatalogWorld {
    BusTargetTest() {
        targets.add<model::BusTarget>(target);
        make_bus("second");
    }
    ~BusTargetTest() {
        close_catalog();
        close_bus();
    }

    /// A bus with a rule "end" for everything.
    void make_bus(const std::string& name, const bus::Identity& owner = kOurs, const std::string& policy = {}) {
        const auto edit = [&](bus::Edit& draft) {
            json::Object document{{"Name", name}};
            if (!policy.empty())
                document.set("Policy", policy);
            draft.put(bus::Kind::Bus, bus::key_of(owner, name), std::move(document));
            draft.put(bus::Kind::Rule, bus::rule_key(owner, name, "end"),
                      rule_to("end", "arn:aws:logs:us-east-1:0:log-group:l"));
            return true;
        };
        REQUIRE(run(catalog->change(std::function<bool(bus::Edit&)>{edit})));
    }
    static json::Object rule_to(const std::string& name, const std::string& arn) {
        return {{"Name", name},
                {"EventPattern", kAny},
                {"State", "ENABLED"},
                {"Targets", json::Array{json::Object{{"Id", "t"}, {"Arn", arn}}}}};
    }
    void forward(const std::string& from, const std::string& arn) {
        const auto edit = [&](bus::Edit& draft) {
            draft.put(bus::Kind::Rule, bus::rule_key(kOurs, from, "forward"), rule_to("forward", arn));
            return true;
        };
        REQUIRE(run(catalog->change(std::function<bool(bus::Edit&)>{edit})));
    }

    delivery::Attempt attempt(const model::BusTarget& to, int hops = 0) {
        delivery::Attempt made{};
        made.event = json::parse(model::to_json(event)).value();
        made.bus = "default";
        made.rule = "arn:aws:events:us-east-1:000000000000:rule/forward";
        made.ingested = clock.now();
        made.hops = hops;
        made.target = to;
        return made;
    }
    delivery::Outcome deliver(const delivery::Attempt& attempt) {
        auto outcome = run(target.deliver(attempt));
        settle();
        return outcome;
    }
    static delivery::Failed failure(const delivery::Outcome& outcome) {
        REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
        return std::get<delivery::Failed>(outcome);
    }
    static bool is_delivered(const delivery::Outcome& outcome) {
        return std::holds_alternative<delivery::Delivered>(outcome);
    }

    Bus target{*bus, *catalog};
    model::Event event = bus->make_event("s", "type", R"({"n":1.50})");
};

TEST_CASE_METHOD(BusTargetTest, "an event goes on to another bus as it is", "[bus]") {
    forward("default", "arn:aws:events:us-east-1:000000000000:event-bus/second");
    REQUIRE(run(bus->put("default", event)));
    until([&] { return fake.answered == 1; });
    settle();

    CHECK(fake.attempts[0].payload == model::to_json(event));
    CHECK(fake.attempts[0].rule.ends_with("rule/second/end"));
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(BusTargetTest, "an event takes its trace header along", "[bus]") {
    auto traced = attempt({.bus = "second"});
    traced.trace_header = "Root=1";

    REQUIRE(is_delivered(deliver(traced)));

    REQUIRE(fake.attempts.size() == 1);
    CHECK(fake.attempts[0].trace_header == "Root=1");
}

TEST_CASE_METHOD(BusTargetTest, "an event that cannot be stored on the other bus is tried again", "[bus]") {
    store->flaky_deliveries.failing_writes = 1;

    const auto outcome = run(target.deliver(attempt({.bus = "second"})));

    CHECK_FALSE(failure(outcome).final);
}

TEST_CASE_METHOD(BusTargetTest, "what is no event fails for good", "[bus]") {
    auto made = attempt({.bus = "second"});
    made.event = json::Object{};

    CHECK(failure(deliver(made)).final);
}

TEST_CASE_METHOD(BusTargetTest, "a bus that is not there swallows the event", "[bus]") {
    const std::string to = GENERATE("nowhere", "111111111111:us-east-1:nowhere");

    CHECK(is_delivered(deliver(attempt({.bus = to, .one_hop = true}))));
    CHECK(fake.attempts.empty());
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(BusTargetTest, "an event that hopped already is not forwarded by the API's rules", "[bus]") {
    const auto failed = failure(deliver(attempt({.bus = "second", .one_hop = true}, 1)));

    CHECK(failed.final);
    CHECK(failed.code == "THIRD_ACCOUNT_HOP_DETECTED");
    CHECK(failed.error.message == "Events received from another event bus cannot be forwarded to this event bus.");
    CHECK(fake.attempts.empty());
}

TEST_CASE_METHOD(BusTargetTest, "the configuration's rules forward as often as they like", "[bus]") {
    CHECK(is_delivered(deliver(attempt({.bus = "second"}, 5))));
    CHECK(fake.attempts.size() == 1);
}

TEST_CASE_METHOD(BusTargetTest, "a second hop ends as a dead letter", "[bus]") {
    make_bus("third");
    forward("default", "arn:aws:events:us-east-1:000000000000:event-bus/second");
    forward("second", "arn:aws:events:us-east-1:000000000000:event-bus/third");

    REQUIRE(run(bus->put("default", event)));
    settle();

    REQUIRE(fake.attempts.size() == 1);
    CHECK(fake.attempts[0].rule.ends_with("rule/second/end"));
    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_code == "THIRD_ACCOUNT_HOP_DETECTED");
    CHECK(dead_letters()[0].attempts == 1);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(BusTargetTest, "two buses that forward to each other do so once", "[bus]") {
    forward("default", "arn:aws:events:us-east-1:000000000000:event-bus/second");
    forward("second", "arn:aws:events:us-east-1:000000000000:event-bus/default");

    REQUIRE(run(bus->put("default", event)));
    settle();

    CHECK(fake.attempts.size() == 1);
    CHECK(dead_letters().size() == 1);
}

TEST_CASE_METHOD(BusTargetTest, "in another region an event gets an id and a time of its own, and keeps its region",
                 "[bus]") {
    make_bus("far", kFar);
    auto made = attempt({.bus = "000000000000:eu-west-1:far", .one_hop = true});
    made.ingested = clock.now() + 5s;
    REQUIRE(is_delivered(deliver(made)));
    REQUIRE(is_delivered(deliver(made)));

    REQUIRE(fake.attempts.size() == 2);
    CHECK(fake.attempts[0].event_id != event.id);
    CHECK(fake.attempts[0].event_id == fake.attempts[1].event_id);
    const auto arrived = model::event_from_json(fake.attempts[0].payload).value();
    CHECK(arrived.id == fake.attempts[0].event_id);
    CHECK(arrived.time == made.ingested);
    CHECK(arrived.region == "us-east-1");
    CHECK(arrived.detail == event.detail);
}

TEST_CASE_METHOD(BusTargetTest, "one hop within a region and one between regions are allowed", "[bus]") {
    make_bus("far", kFar);
    make_bus("near", kFar);
    const std::string far = "000000000000:eu-west-1:far";
    const std::string near = "000000000000:eu-west-1:near";

    // First within, then between.
    CHECK(is_delivered(deliver(attempt({.bus = far, .one_hop = true}, 1))));
    // First between, then within: the event is from elsewhere.
    auto arrived = attempt({.bus = near, .one_hop = true}, 1);
    arrived.bus = far;
    CHECK(is_delivered(deliver(arrived)));

    arrived.hops = 2;
    CHECK(failure(deliver(arrived)).code == "THIRD_ACCOUNT_HOP_DETECTED");
    arrived.target = model::BusTarget{.bus = "second", .one_hop = true};
    const auto back = failure(deliver(arrived));
    CHECK(back.code == "THIRD_REGION_HOP_DETECTED");
    CHECK(back.final);
}

TEST_CASE_METHOD(BusTargetTest, "a bus of another account takes what its policy permits", "[bus]") {
    const std::string arn = "arn:aws:events:us-east-1:111111111111:event-bus/theirs";
    const auto [condition, permitted] = GENERATE(table<std::string, bool>({
        {R"({})", true},
        {R"({"Bool":{"events:eventBusInvocation":"true"}})", true},
        {R"({"Bool":{"events:eventBusInvocation":"false"}})", false},
        {R"({"StringEquals":{"events:source":"s","events:detail-type":"type"}})", true},
        {R"({"StringEquals":{"events:source":"x"}})", false},
        {R"({"ArnLike":{"aws:SourceArn":"arn:aws:events:*:000000000000:rule/*"}})", true},
        {R"({"ArnLike":{"aws:SourceArn":"arn:aws:events:*:222222222222:rule/*"}})", false},
    }));
    CAPTURE(condition);
    make_bus("theirs", kOther,
             R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"events:PutEvents",)"
             R"("Resource":")" +
                 arn + R"(","Condition":)" + condition + "}]}");

    const auto outcome = deliver(attempt({.bus = "111111111111:us-east-1:theirs", .one_hop = true}));

    CHECK(is_delivered(outcome) == permitted);
    CHECK(fake.attempts.size() == (permitted ? 1 : 0));
    if (permitted) {
        CHECK(fake.attempts[0].payload == model::to_json(event));
        return;
    }
    const auto failed = failure(outcome);
    CHECK(failed.final);
    CHECK(failed.code == "NO_PERMISSIONS");
    CHECK(failed.error.message ==
          "User: arn:aws:iam::000000000000:root is not authorized to perform: events:PutEvents on resource: " + arn +
              " because no resource-based policy allows the events:PutEvents action");
}

TEST_CASE_METHOD(BusTargetTest, "without a policy no other account may put events", "[bus]") {
    make_bus("theirs", kOther);
    const std::string to = GENERATE("111111111111:us-east-1:theirs", "111111111111:us-east-1:default");

    CHECK(failure(deliver(attempt({.bus = to, .one_hop = true}))).code == "NO_PERMISSIONS");
}

TEST_CASE_METHOD(BusTargetTest, "it is the account of the rule's bus that needs the permission", "[bus]") {
    make_bus("theirs", kOther);
    auto made = attempt({.bus = "second", .one_hop = true});
    made.bus = "111111111111:us-east-1:theirs";
    CHECK(failure(deliver(made)).code == "NO_PERMISSIONS");

    made.target = model::BusTarget{.bus = "111111111111:us-east-1:theirs", .one_hop = true};
    CHECK(is_delivered(deliver(made)));
}

}  // namespace
}  // namespace rialto::targets
