#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kPattern = R"({"source":["s"]})";
const std::string kMissing = "ResourceNotFoundException: Rule r does not exist on EventBus default.";
const std::string kNoBus = "ResourceNotFoundException: Event bus nowhere does not exist.";

struct RulesTest : testing::EventsWorld {
    Answer put(const json::Object& more = {{"EventPattern", kPattern}}, const std::string& name = "r") {
        json::Object input{{"Name", name}};
        for (const auto& [key, value] : more)
            input.set(key, value);
        return ask("PutRule", input);
    }
    std::string describe(const std::string& name = "r") { return json::write(must("DescribeRule", {{"Name", name}})); }
    std::string names(const json::Object& input, std::string* token = nullptr) {
        const json::Value answer = must("ListRules", input);
        std::string all;
        for (const json::Value& one : *answer.find("Rules")->as_array())
            all += *one.find("Name")->as_string() + ' ';
        if (token)
            *token = answer.find("NextToken") ? *answer.find("NextToken")->as_string() : "";
        return all;
    }
};

// --- what a rule does ---

TEST_CASE_METHOD(RulesTest, "a rule takes effect at once, and after a restart", "[aws]") {
    CHECK(put().text("RuleArn") == "arn:aws:events:us-east-1:000000000000:rule/r");
    CHECK(heard_on("default").empty());
    listen("r");
    CHECK(heard_on("default") == "r ");
    restart();
    CHECK(heard_on("default") == "r ");

    must("PutRule", {{"Name", "r"}, {"EventPattern", R"({"source":["x"]})"}});
    CHECK(heard_on("default").empty());
}

TEST_CASE_METHOD(RulesTest, "a disabled rule hears nothing until it is enabled", "[aws]") {
    make_listener("r");
    must("DisableRule", {{"Name", "r"}});
    must("DisableRule", {{"Name", "r"}});
    CHECK(heard_on("default").empty());
    restart();
    CHECK(heard_on("default").empty());
    must("EnableRule", {{"Name", "r"}});
    must("EnableRule", {{"Name", "r"}});
    CHECK(heard_on("default") == "r ");
    put({{"EventPattern", kPattern}, {"State", "DISABLED"}});
    CHECK(heard_on("default").empty());
    put({{"EventPattern", kPattern}, {"State", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}});
    CHECK(heard_on("default") == "r ");
}

TEST_CASE_METHOD(RulesTest, "a rule is deleted once it has no targets", "[aws]") {
    make_listener("r");
    CHECK(ask("DeleteRule", {{"Name", "r"}}).error() ==
          "ValidationException: Rule can't be deleted since it has targets.");
    CHECK(ask("DeleteRule", {{"Name", "r"}, {"Force", true}}).status == 400);
    CHECK(heard_on("default") == "r ");

    must("RemoveTargets", {{"Rule", "r"}, {"Ids", json::Array{"t"}}});
    CHECK(heard_on("default").empty());
    must("DeleteRule", {{"Name", "r"}});
    must("DeleteRule", {{"Name", "r"}});
    CHECK(ask("DescribeRule", {{"Name", "r"}}).error() == kMissing);
    restart();
    CHECK(ask("DescribeRule", {{"Name", "r"}}).error() == kMissing);
    CHECK(ask("DeleteRule", {{"Name", "r"}, {"EventBusName", "nowhere"}}).error() == kNoBus);
}

TEST_CASE_METHOD(RulesTest, "a bus is deleted once it has no rules", "[aws]") {
    must("CreateEventBus", {{"Name", "b"}});
    make_listener("r", "b");
    CHECK(heard_on("b") == "b/r ");
    CHECK(ask("DeleteEventBus", {{"Name", "b"}}).error() ==
          "ValidationException: EventBus can't be deleted since it has rules.");
    must("RemoveTargets", {{"Rule", "r"}, {"EventBusName", "b"}, {"Ids", json::Array{"t"}}});
    must("DeleteRule", {{"Name", "r"}, {"EventBusName", "b"}});
    must("DeleteEventBus", {{"Name", "b"}});
    must("DeleteEventBus", {{"Name", "b"}});

    CHECK(heard_on("b").empty());
    CHECK(ask("DescribeEventBus", {{"Name", "b"}}).error() == "ResourceNotFoundException: Event bus b does not exist.");
    CHECK(ask("DeleteEventBus", {{"Name", "default"}}).error() ==
          "ValidationException: Cannot delete event bus default.");
}

TEST_CASE_METHOD(RulesTest, "a rule on another bus hears that bus only", "[aws]") {
    must("CreateEventBus", {{"Name", "b"}});
    make_listener("r", "b");
    make_listener("r");

    CHECK(heard_on("b") == "b/r ");
    CHECK(heard_on("default") == "r ");
    CHECK(json::write(must("DescribeRule",
                           {{"Name", "r"}, {"EventBusName", "arn:aws:events:us-east-1:000000000000:event-bus/b"}})) ==
          R"({"Name":"r","Arn":"arn:aws:events:us-east-1:000000000000:rule/b/r",)"
          R"("EventPattern":"{\"source\":[\"s\"]}","State":"ENABLED","EventBusName":"b","CreatedBy":"000000000000"})");
}

// --- PutRule ---

TEST_CASE_METHOD(RulesTest, "putting a rule again replaces all of it but targets, tags and creator", "[aws]") {
    REQUIRE(put({{"EventPattern", " {\"source\": [\"s\"]} "},
                 {"ScheduleExpression", "rate(5 minutes)"},
                 {"State", "DISABLED"},
                 {"Description", "d"},
                 {"RoleArn", "arn:aws:iam::000000000000:role/r"},
                 {"Tags", json::Array{json::Object{{"Key", "k"}, {"Value", "v"}}}}})
                .error()
                .empty());
    listen("r");
    CHECK(describe() == R"({"Name":"r","Arn":"arn:aws:events:us-east-1:000000000000:rule/r",)"
                        R"*("EventPattern":" {\"source\": [\"s\"]} ","ScheduleExpression":"rate(5 minutes)",)*"
                        R"("State":"DISABLED","Description":"d","RoleArn":"arn:aws:iam::000000000000:role/r",)"
                        R"("EventBusName":"default","CreatedBy":"000000000000"})");

    put({{"EventPattern", kPattern}, {"Tags", json::Array{json::Object{{"Key", "x"}, {"Value", "y"}}}}});

    CHECK(describe() == R"({"Name":"r","Arn":"arn:aws:events:us-east-1:000000000000:rule/r",)"
                        R"("EventPattern":"{\"source\":[\"s\"]}","State":"ENABLED","EventBusName":"default",)"
                        R"("CreatedBy":"000000000000"})");
    CHECK(heard_on("default") == "r ");
    CHECK(json::write(must("ListTagsForResource", {{"ResourceARN", "arn:aws:events:us-east-1:000000000000:rule/r"}})) ==
          R"({"Tags":[{"Key":"k","Value":"v"}]})");
}

TEST_CASE_METHOD(RulesTest, "PutRule says what is wrong, and then changes nothing", "[aws]") {
    make_listener("r");
    const std::string before = describe();
    const auto [input, error] = GENERATE(table<json::Object, std::string>({
        {{}, "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified."},
        {{{"EventPattern", ""}},
         "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified."},
        {{{"ScheduleExpression", ""}}, "ValidationException: Parameter ScheduleExpression is not valid."},
        {{{"ScheduleExpression", "rate(1 minutes)"}},
         "ValidationException: Parameter ScheduleExpression is not valid."},
        {{{"ScheduleExpression", "rate(0 minutes)"}, {"EventPattern", kPattern}},
         "ValidationException: Parameter ScheduleExpression is not valid."},
        {{{"EventPattern", kPattern}, {"EventBusName", "nowhere"}}, kNoBus},
    }));
    CAPTURE(json::write(input));

    CHECK(put(input).error() == error);
    CHECK(describe() == before);
    CHECK(heard_on("default") == "r ");
}

TEST_CASE_METHOD(RulesTest, "a pattern that is not valid is told from other faults", "[aws]") {
    const std::string pattern = GENERATE("{", "[]", "{}", R"({"source":"s"})", R"({"source":[{"prefix":1}]})");
    CAPTURE(pattern);

    CHECK(put({{"EventPattern", pattern}})
              .error()
              .starts_with("InvalidEventPatternException: Event pattern is not valid. Reason: "));
    CHECK(ask("DescribeRule", {{"Name", "r"}}).error() == kMissing);
}

TEST_CASE_METHOD(RulesTest, "an empty text beside a usable one is kept", "[aws]") {
    put({{"EventPattern", ""}, {"ScheduleExpression", "rate(1 minute)"}});
    CHECK(describe().find(R"*("EventPattern":"","ScheduleExpression":"rate(1 minute)")*") != std::string::npos);
    put({{"EventPattern", kPattern}, {"ScheduleExpression", ""}});
    CHECK(describe().find(R"("ScheduleExpression":"")") != std::string::npos);
}

TEST_CASE_METHOD(RulesTest, "schedules are for the default bus, and the CloudTrail state for patterns alone", "[aws]") {
    must("CreateEventBus", {{"Name", "b"}});
    CHECK(put({{"ScheduleExpression", "rate(1 minute)"}, {"EventBusName", "b"}}).error() ==
          "ValidationException: ScheduleExpression is supported only on the default event bus.");
    const std::string state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
    CHECK(
        put({{"ScheduleExpression", "rate(1 minute)"}, {"State", state}}).error().starts_with("ValidationException: "));
    CHECK(put({{"ScheduleExpression", "rate(1 minute)"}, {"EventPattern", kPattern}, {"State", state}})
              .error()
              .starts_with("ValidationException: "));
    CHECK(put({{"EventPattern", kPattern}, {"State", "enabled"}}).error().starts_with("ValidationException: "));
    CHECK(put({{"EventPattern", kPattern}, {"State", state}}).error().empty());
}

TEST_CASE_METHOD(RulesTest, "a rule that could not be stored is not there", "[aws]") {
    store->flaky_resources.failing_writes = 1;
    CHECK(put().status >= 500);
    CHECK(ask("DescribeRule", {{"Name", "r"}}).error() == kMissing);
    CHECK(put().status == 200);
}

// --- lists ---

TEST_CASE_METHOD(RulesTest, "rules are listed by name, a page at a time", "[aws]") {
    for (const std::string& name : {"b1", "a2", "a1", "a3"})
        put({{"EventPattern", kPattern}, {"Description", name}}, name);
    std::string token;

    CHECK(names({}) == "a1 a2 a3 b1 ");
    CHECK(names({{"NamePrefix", "a"}, {"Limit", 2}}, &token) == "a1 a2 ");
    REQUIRE_FALSE(token.empty());
    CHECK(names({{"NamePrefix", "a"}, {"Limit", 1}, {"NextToken", token}}) == "a3 ");
    CHECK(names({{"NamePrefix", "a"}, {"NextToken", token}}, &token) == "a3 ");
    CHECK(token.empty());
    CHECK(names({{"NamePrefix", "c"}}).empty());
    CHECK(ask("ListRules", {{"EventBusName", "nowhere"}}).error() == kNoBus);
    CHECK(json::write(must("ListRules", {{"NamePrefix", "b"}})) ==
          R"({"Rules":[{"Name":"b1","Arn":"arn:aws:events:us-east-1:000000000000:rule/b1",)"
          R"("EventPattern":"{\"source\":[\"s\"]}","State":"ENABLED","Description":"b1","EventBusName":"default"}]})");
}

TEST_CASE_METHOD(RulesTest, "a token is good for the list it came from", "[aws]") {
    put({{"EventPattern", kPattern}}, "a");
    put({{"EventPattern", kPattern}}, "b");
    std::string token;
    names({{"Limit", 1}}, &token);

    CHECK(ask("ListRules", {{"NextToken", "?"}}).error() ==
          "ValidationException: Parameter NextToken is not valid. Reason: Malformed request.");
    CHECK(ask("ListRules", {{"NextToken", token}, {"NamePrefix", "a"}}).error() ==
          "ValidationException: Parameter NextToken is not valid. Reason: Token invalid.");
}

// --- managed rules and other accounts ---

TEST_CASE_METHOD(RulesTest, "what the configuration declares nobody changes, not by force either", "[aws]") {
    declared.buses = {{"default", {testing::rule("f", kPattern)}}, {"b", {}}};
    REQUIRE(run(catalog->declare(declared)));
    const std::string managed = "ManagedRuleException: f is a managed rule.";

    CHECK(describe("f").find(R"("ManagedBy":"rialto.config")") != std::string::npos);
    CHECK(names({}) == "f ");
    CHECK(put({{"EventPattern", kPattern}}, "f").error() == managed);
    CHECK(ask("DisableRule", {{"Name", "f"}}).error() == managed);
    CHECK(ask("EnableRule", {{"Name", "f"}}).error() == managed);
    CHECK(ask("DeleteRule", {{"Name", "f"}, {"Force", true}}).error() == managed);
    CHECK(ask("RemoveTargets", {{"Rule", "f"}, {"Ids", json::Array{"f"}}, {"Force", true}}).error() == managed);
    CHECK(ask("PutTargets",
              {{"Rule", "f"}, {"Targets", json::Array{json::Object{{"Id", "x"}, {"Arn", "arn:aws:sns:r:1:t"}}}}})
              .error() == managed);
    CHECK(ask("DeleteEventBus", {{"Name", "b"}}).status == 400);
    CHECK(heard_on("default") == "f ");
}

TEST_CASE_METHOD(RulesTest, "another account changes rules of a bus as far as its policy permits", "[aws]") {
    const std::string bus_arn = "arn:aws:events:us-east-1:000000000000:event-bus/default";
    make_listener("ours");
    account = "111111111111";
    const json::Object theirs{{"EventPattern", kPattern}, {"EventBusName", bus_arn}};
    CHECK(
        put(theirs).error().starts_with("AccessDeniedException: User: arn:aws:iam::111111111111:root is not "
                                        "authorized to perform: events:PutRule on resource: " +
                                        bus_arn));
    account.clear();
    must("PutPermission",
         {{"Policy", R"({"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow",)"
                     R"("Principal":{"AWS":"111111111111"},"Action":["events:PutRule","events:DescribeRule",)"
                     R"("events:DisableRule"],"Resource":"*","Condition":{"StringEqualsIfExists":)"
                     R"({"events:creatorAccount":"${aws:PrincipalAccount}"}}}]})"}});
    account = "111111111111";

    CHECK(put(theirs).text("RuleArn") == "arn:aws:events:us-east-1:000000000000:rule/r");
    CHECK(must("DescribeRule", {{"Name", "r"}, {"EventBusName", bus_arn}}).find("CreatedBy")->as_string()->front() ==
          '1');
    CHECK(ask("DisableRule", {{"Name", "r"}, {"EventBusName", bus_arn}}).error().empty());
    // Of what others made they are kept out by the condition.
    CHECK(ask("DisableRule", {{"Name", "ours"}, {"EventBusName", bus_arn}})
              .error()
              .starts_with("AccessDeniedException: "));
    CHECK(put(theirs, "ours").error().starts_with("AccessDeniedException: "));
    CHECK(ask("DeleteRule", {{"Name", "r"}, {"EventBusName", bus_arn}}).error().starts_with("AccessDeniedException: "));
}

// --- schedules ---

struct SchedulesTest : RulesTest {
    void make(const std::string& schedule = "rate(5 minutes)", const std::string& name = "r") {
        REQUIRE(put({{"ScheduleExpression", schedule}}, name).error().empty());
        listen(name);
    }
    std::size_t fired() const { return fake.attempts.size(); }
};

TEST_CASE_METHOD(SchedulesTest, "a schedule fires its rule's targets, each tick once", "[aws]") {
    make();
    pass(4min);
    CHECK(fired() == 0);
    pass(1min);
    REQUIRE(fired() == 1);
    CHECK(fake.attempts[0].payload ==
          R"({"version":"0","id":")" + fake.attempts[0].event_id +
              R"(","detail-type":"Scheduled Event","source":"aws.events","account":"000000000000",)"
              R"("time":"2026-01-01T00:05:00Z","region":"us-east-1",)"
              R"("resources":["arn:aws:events:us-east-1:000000000000:rule/r"],"detail":{}})");
    pass(5min);
    CHECK(fired() == 2);
    CHECK(fake.attempts[0].event_id != fake.attempts[1].event_id);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(SchedulesTest, "a schedule goes on after a restart, and fires what it missed once", "[aws]") {
    make();
    pass(5min);
    CHECK(fired() == 1);
    restart();
    settle();
    CHECK(fired() == 1);
    pass(5min);
    CHECK(fired() == 2);

    close_catalog();
    clock.advance(12min);
    open_catalog();
    settle();
    CHECK(fired() == 3);
    pass(3min);
    CHECK(fired() == 4);
}

TEST_CASE_METHOD(SchedulesTest, "a disabled schedule does not fire, and begins anew when it is enabled", "[aws]") {
    make();
    pass(4min);
    must("DisableRule", {{"Name", "r"}});
    pass(10min);
    CHECK(fired() == 0);

    must("EnableRule", {{"Name", "r"}});
    settle();
    CHECK(fired() == 0);
    pass(4min);
    CHECK(fired() == 0);
    pass(1min);
    CHECK(fired() == 1);
}

TEST_CASE_METHOD(SchedulesTest, "putting the same schedule again keeps its beat, another begins anew", "[aws]") {
    make();
    pass(3min);
    put({{"ScheduleExpression", "rate(5 minutes)"}, {"Description", "d"}});
    pass(2min);
    CHECK(fired() == 1);

    pass(1min);
    put({{"ScheduleExpression", "rate(3 minutes)"}});
    pass(2min);
    CHECK(fired() == 1);
    pass(1min);
    CHECK(fired() == 2);

    put({{"EventPattern", kPattern}});
    pass(10min);
    CHECK(fired() == 2);
}

TEST_CASE_METHOD(SchedulesTest, "a deleted schedule fires no more, and its name is free for a new one", "[aws]") {
    make();
    pass(5min);
    must("RemoveTargets", {{"Rule", "r"}, {"Ids", json::Array{"t"}}});
    must("DeleteRule", {{"Name", "r"}});
    pass(10min);
    CHECK(fired() == 1);

    make("rate(1 minute)");
    pass(1min);
    CHECK(fired() == 2);
}

TEST_CASE_METHOD(SchedulesTest, "a tick that cannot be stored is fired later, once", "[aws]") {
    make();
    store->flaky_resources.failing_writes = 1;
    pass(5min);
    CHECK(fired() == 0);
    pass(2s);
    CHECK(fired() == 1);
    CHECK(fake.attempts[0].payload.find(R"("time":"2026-01-01T00:05:00Z")") != std::string::npos);
}

TEST_CASE_METHOD(SchedulesTest, "a tick whose answer was lost is not fired twice", "[aws]") {
    make();
    store->flaky_resources.failing_writes = 1;
    store->flaky_resources.yet_written = true;
    pass(5min);
    pass(2s);
    dispatcher->rescan();
    settle();
    CHECK(fired() == 1);
    pass(5min);
    CHECK(fired() == 2);
}

TEST_CASE_METHOD(SchedulesTest, "a rule with a pattern and a schedule is fired by both", "[aws]") {
    put({{"ScheduleExpression", "rate(5 minutes)"}, {"EventPattern", kPattern}});
    listen("r");
    CHECK(heard_on("default") == "r ");
    pass(5min);
    CHECK(fired() == 2);
}

}  // namespace
}  // namespace rialto::api::aws
