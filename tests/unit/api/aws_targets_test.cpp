#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kQueue = "arn:aws:sqs:us-east-1:000000000000:q";
const std::string kLog = "arn:aws:logs:us-east-1:000000000000:log-group:l";
const std::string kTooMany = "LimitExceededException: The requested resource exceeds the maximum number allowed.";

struct TargetsTest : testing::EventsWorld {
    TargetsTest() { must("PutRule", {{"Name", "r"}, {"EventPattern", R"({"source":["s"]})"}}); }

    static json::Object target(const std::string& id, const std::string& arn = kQueue, const json::Object& more = {}) {
        json::Object made{{"Id", id}, {"Arn", arn}};
        for (const auto& [key, value] : more)
            made.set(key, value);
        return made;
    }
    Answer put(const json::Array& targets, const std::string& rule = "r") {
        return ask("PutTargets", {{"Rule", rule}, {"Targets", targets}});
    }
    std::string fault(const std::string& arn, const json::Object& more = {}) {
        return put({target("t", arn, more)}).error();
    }
    Answer remove(const json::Array& ids, bool force = false, const std::string& rule = "r") {
        return ask("RemoveTargets", {{"Rule", rule}, {"Ids", ids}, {"Force", force}});
    }
    json::Array targets(const std::string& rule = "r") {
        return *must("ListTargetsByRule", {{"Rule", rule}}).find("Targets")->as_array();
    }
    std::string ids() {
        std::string all;
        for (const json::Value& one : targets())
            all += *one.find("Id")->as_string() + ' ';
        return all;
    }
    static json::Object transformer(const std::string& text, const json::Object& paths) {
        return {{"InputTransformer", json::Object{{"InputPathsMap", paths}, {"InputTemplate", text}}}};
    }
    static json::Object transformer(const std::string& text) {
        return {{"InputTransformer", json::Object{{"InputTemplate", text}}}};
    }
};

TEST_CASE_METHOD(TargetsTest, "targets are listed as they were put, and kept", "[aws]") {
    const json::Object full =
        target("full", kQueue,
               {{"RoleArn", "arn:aws:iam::000000000000:role/r"},
                {"InputTransformer", json::Object{{"InputPathsMap", json::Object{}}, {"InputTemplate", "\"x\""}}},
                {"DeadLetterConfig", json::Object{{"Arn", kQueue}}},
                {"RetryPolicy", json::Object{{"MaximumRetryAttempts", 0}, {"MaximumEventAgeInSeconds", 60}}}});
    CHECK(json::write(put({full, target("plain")}).body) == R"({"FailedEntryCount":0,"FailedEntries":[]})");

    restart();

    CHECK(targets() == json::Array{full, target("plain")});
    CHECK(put({target("full", kLog)}).error().empty());
    CHECK(targets() == json::Array{target("full", kLog), target("plain")});
}

TEST_CASE_METHOD(TargetsTest, "a rule has at most five targets", "[aws]") {
    CHECK(put({target("1"), target("2"), target("3")}).error().empty());
    CHECK(put({target("4"), target("5"), target("6")}).error() == kTooMany);
    CHECK(ids() == "1 2 3 ");
    CHECK(put({target("4"), target("5"), target("1", kLog), target("5")}).error().empty());
    CHECK(ids() == "1 2 3 4 5 ");
    CHECK(put({target("6")}).error() == kTooMany);
}

TEST_CASE_METHOD(TargetsTest, "targets are removed by their ids, known or not", "[aws]") {
    put({target("1"), target("2"), target("3")});
    CHECK(json::write(remove({"2", "absent"}).body) == R"({"FailedEntryCount":0,"FailedEntries":[]})");
    CHECK(ids() == "1 3 ");
    CHECK(remove({"absent"}).error().empty());
    restart();
    CHECK(ids() == "1 3 ");
}

TEST_CASE_METHOD(TargetsTest, "what is not there has no targets", "[aws]") {
    const std::string missing = "ResourceNotFoundException: Rule x does not exist on EventBus default.";
    const std::string no_bus = "ResourceNotFoundException: Event bus nowhere does not exist.";
    CHECK(put({target("t")}, "x").error() == missing);
    CHECK(remove({"t"}, false, "x").error() == missing);
    CHECK(ask("ListTargetsByRule", {{"Rule", "x"}}).error() == missing);
    CHECK(ask("ListTargetsByRule", {{"Rule", "r"}, {"EventBusName", "nowhere"}}).error() == no_bus);
    CHECK(ask("ListRuleNamesByTarget", {{"TargetArn", kQueue}, {"EventBusName", "nowhere"}}).error() == no_bus);
}

TEST_CASE_METHOD(TargetsTest, "a target is checked before anything is changed", "[aws]") {
    put({target("old")});
    const std::string bus = "arn:aws:events:us-east-1:000000000000:event-bus/";
    const json::Object role{{"RoleArn", "arn:aws:iam::000000000000:role/r"}};
    const auto with = [](json::Object members, const std::string& name, json::Value value) {
        members.set(name, std::move(value));
        return members;
    };
    const auto [arn, more, error] = GENERATE_COPY(table<std::string, json::Object, std::string>({
        {"nothing", {}, "Parameter nothing is not valid. Reason: Provided Arn is not in correct format."},
        {kQueue,
         {{"Input", "1"}, {"InputPath", "$"}},
         "Only one of Input, InputPath, or InputTransformer must be provided for target t."},
        {kQueue, {{"InputPath", "detail"}}, "InputPath for target t is invalid."},
        {kQueue, {{"InputPath", "$['a']"}}, "InputPath for target t is invalid."},
        {kQueue, {{"InputPath", "$..a"}}, "InputPath for target t is invalid."},
        {kQueue,
         {{"Input", "{"}},
         R"*(JSON syntax error in input for target t: [Source: (String)"{"; line: 1, column: 1])*"},
        {kQueue, transformer("\"<b>\"", {{"a", "$.id"}}), "InputTemplate for target t contains invalid placeholder b."},
        {kQueue, transformer(R"({"<a>": 1})", {{"a", "$.id"}}),
         "InputTemplate placeholder present as a JSON object key for target t."},
        {kQueue, transformer("hello <x>"),
         R"*(Invalid InputTemplate for target t : [Source: (String)"hello <x>"; line: 1, column: 1].)*"},
        {kQueue, transformer("\"<aws.events.event.json>\""),
         "InputTemplate for target t contains placeholder aws.events.event.json valid only for JSON template."},
        {kQueue, transformer("\"<a>\"", {{"a", ""}}), "InputPath for target t is invalid."},
        {kQueue + ".fifo", {}, "Parameter(s) SqsParameters must be specified for target: t."},
        {kLog, {{"SqsParameters", json::Object{}}}, "Parameter(s) SqsParameters must not be specified for target: t."},
        {bus + "other", {}, "RoleArn is required for target " + bus + "other."},
        {bus + "other", with(role, "Input", "1"), "Input is not supported for target t."},
        {bus + "other", with(role, "InputPath", "$"), "InputPath is not supported for target t."},
        {bus + "other", with(role, "RetryPolicy", json::Object{}), "RetryPolicy is not supported for target t."},
        {bus + "default", role, "An event bus cannot be a target of its own rule."},
        {"arn:aws:events:us-east-1:000000000000:rule/r", role,
         "Parameter arn:aws:events:us-east-1:000000000000:rule/r is not valid. Reason: Provided Arn is not in correct "
         "format."},
        {kLog, role, "RoleArn is not supported for target t."},
        {kLog, {{"Input", "1"}}, "Input is not supported for target t."},
        {kLog, {{"InputPath", "$"}}, "InputPath is not supported for target t."},
    }));
    CAPTURE(arn, json::write(more));

    CHECK(put({target("good"), target("t", arn, more)}).error() == "ValidationException: " + error);
    CHECK(ids() == "old ");
}

TEST_CASE_METHOD(TargetsTest, "what AWS admits is admitted", "[aws]") {
    const json::Object role{{"RoleArn", "arn:aws:iam::000000000000:role/r"}};
    const auto [arn, more] = GENERATE_COPY(table<std::string, json::Object>({
        {kQueue, {{"Input", ""}}},
        {kQueue, {{"Input", " {\"a\": [1, 2]} "}}},
        {kQueue, {{"InputPath", ""}}},
        {kQueue, {{"InputPath", "$.detail.a-b[0][*]"}}},
        {kQueue, transformer("\"<nothing>\"")},
        {kQueue, transformer(R"({"a": <aws.events.event.json>})")},
        {kQueue, transformer("\"a <x>\"\n\"b\"", {{"x", "$.detail.x"}})},
        {kQueue + ".fifo", {{"SqsParameters", json::Object{{"MessageGroupId", "g"}}}}},
        {"arn:aws:events:eu-west-1:111111111111:event-bus/default", role},
        {"arn:aws:kinesis:us-east-1:000000000000:stream/s", role},
        {"arn:aws:lambda:us-east-1:000000000000:function:f", {}},
    }));
    CAPTURE(arn, json::write(more));

    CHECK(fault(arn, more).empty());
    CHECK(targets().at(0) == json::Value{target("t", arn, more)});
}

TEST_CASE_METHOD(TargetsTest, "rules are found by their targets", "[aws]") {
    for (const std::string& name : {"c", "a", "b"}) {
        must("PutRule", {{"Name", name}, {"EventPattern", R"({"source":["s"]})"}, {"State", "DISABLED"}});
        put({target("1"), target("2"), target("3", kLog)}, name);
    }
    put({target("1", kLog)});
    const auto names = [this](const json::Object& input) {
        return json::write(*must("ListRuleNamesByTarget", input).find("RuleNames"));
    };

    CHECK(names({{"TargetArn", kQueue}}) == R"(["a","b","c"])");
    CHECK(names({{"TargetArn", kLog}}) == R"(["a","b","c","r"])");
    CHECK(names({{"TargetArn", kQueue + "x"}}) == "[]");
    const json::Value page = must("ListRuleNamesByTarget", {{"TargetArn", kQueue}, {"Limit", 2}});
    CHECK(json::write(*page.find("RuleNames")) == R"(["a","b"])");
    CHECK(names({{"TargetArn", kQueue}, {"NextToken", *page.find("NextToken")}}) == R"(["c"])");
}

TEST_CASE_METHOD(TargetsTest, "targets are listed a page at a time", "[aws]") {
    put({target("1"), target("2"), target("3")});
    const json::Value page = must("ListTargetsByRule", {{"Rule", "r"}, {"Limit", 2}});
    CHECK(page.find("Targets")->as_array()->size() == 2);
    const json::Value rest = must("ListTargetsByRule", {{"Rule", "r"}, {"NextToken", *page.find("NextToken")}});
    CHECK(*rest.find("Targets") == json::Value{json::Array{target("3")}});
    CHECK_FALSE(rest.find("NextToken"));
}

// --- what is delivered ---

TEST_CASE_METHOD(TargetsTest, "a target is given what its input says", "[aws]") {
    testing::FakeTarget queue;
    BusWorld::targets.add<model::QueueTarget>(queue);
    const auto [more, expected] = GENERATE_COPY(table<json::Object, std::string>({
        {{{"Input", " {\"a\": 1}"}}, " {\"a\": 1}"},
        {{{"InputPath", "$.detail"}}, R"({"n":[1,2]})"},
        {{{"InputPath", "$.detail.n[1]"}}, "2"},
        {{{"InputPath", "$.nothing"}}, "{}"},
        {{{"InputPath", ""}}, "{}"},
        {transformer("\"n is <n>\"", {{"n", "$.detail.n"}}), "\"n is [1,2]\""},
        {transformer(R"({"rule": <aws.events.rule-arn>})"),
         R"({"rule": "arn:aws:events:us-east-1:000000000000:rule/r"})"},
    }));
    CAPTURE(json::write(more));
    REQUIRE(fault(kQueue, more).empty());

    must("PutEvents", {{"Entries", json::Array{entry("default", R"({"n": [1, 2]})")}}});
    settle();

    REQUIRE(queue.attempts.size() == 1);
    CHECK(queue.attempts[0].payload == expected);
}

TEST_CASE_METHOD(TargetsTest, "a foreign target's deliveries end at once, as dead letters that say why", "[aws]") {
    const std::string arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    REQUIRE(fault(arn).empty());

    must("PutEvents", {{"Entries", json::Array{entry()}}});
    settle();

    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_code == "NO_RESOURCE");
    CHECK(dead_letters()[0].error_message ==
          "nothing can be delivered to " + arn + ": it is of a service that is not here");
    CHECK(dead_letters()[0].attempts == 1);
    CHECK(dead_letters()[0].exhausted.empty());
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(TargetsTest, "a foreign target's dead-letter queue gets what it would have been given", "[aws]") {
    testing::FakeTarget queue;
    std::string code;
    queue.answer = [&code](const delivery::Attempt& attempt) {
        code = attempt.given_up ? attempt.given_up->code : "";
        return delivery::Outcome{delivery::Delivered{}};
    };
    BusWorld::targets.add<model::QueueTarget>(queue);
    REQUIRE(fault("arn:aws:states:us-east-1:000000000000:stateMachine:m",
                  {{"DeadLetterConfig", json::Object{{"Arn", kQueue}}}, {"Input", "\"x\""}})
                .empty());

    must("PutEvents", {{"Entries", json::Array{entry()}}});
    settle();

    REQUIRE(queue.attempts.size() == 1);
    CHECK(queue.attempts[0].payload == "\"x\"");
    CHECK(code == "NO_RESOURCE");
    CHECK(dead_letters().empty());
}

}  // namespace
}  // namespace rialto::api::aws
