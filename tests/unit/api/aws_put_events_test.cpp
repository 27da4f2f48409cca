#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kTooLarge = "ValidationException: Total size of the entries in the request is over the limit.";
constexpr std::size_t kMost = 1'048'576;

struct PutEventsTest : testing::EventsWorld {
    PutEventsTest() { make_listener("all"); }

    json::Value put(const json::Array& entries) {
        json::Value answer = must("PutEvents", {{"Entries", entries}});
        settle();
        return answer;
    }
    Answer try_put(const json::Array& entries) { return ask("PutEvents", {{"Entries", entries}}); }

    static json::Object with(const std::string& member, json::Value value) {
        json::Object changed = entry();
        changed.set(member, std::move(value));
        return changed;
    }
    static json::Object without(const std::string& member) {
        json::Object changed = entry();
        changed.remove(member);
        return changed;
    }
    /// An entry that counts so many bytes.
    static json::Object of_size(std::size_t size, json::Object made = entry()) {
        constexpr std::size_t kRest = 2 + 8;  // source and type, and what the detail has besides
        made.set("Detail", R"({"a":")" + std::string(size - kRest, 'x') + "\"}");
        return made;
    }
    /// `CODE: MESSAGE` of each entry, or "ok".
    static std::vector<std::string> outcomes(const json::Value& answer) {
        std::vector<std::string> all;
        for (const json::Value& one : *answer.find("Entries")->as_array())
            all.push_back(one.find("EventId")
                              ? "ok"
                              : *one.find("ErrorCode")->as_string() + ": " + *one.find("ErrorMessage")->as_string());
        return all;
    }
    /// The detail that a target is given, or the entry's fault.
    std::string delivered(const std::string& detail) {
        fake.attempts.clear();
        const auto outcome = outcomes(put({with("Detail", detail)})).at(0);
        if (outcome != "ok")
            return outcome;
        REQUIRE(fake.attempts.size() == 1);
        const std::string& payload = fake.attempts[0].payload;
        const std::string head = R"("resources":[],"detail":)";
        const auto at = payload.find(head) + head.size();
        return payload.substr(at, payload.size() - at - 1);
    }
};

TEST_CASE_METHOD(PutEventsTest, "an event is delivered in AWS's envelope", "[aws]") {
    clock.advance(1500ms);
    json::Object given = with("Detail", R"({ "b": 1, "a": [true] })");
    given.set("Resources", json::Array{"r1", "r2"});
    given.set("TraceHeader", "Root=1-5759e988-bd862e3fe1be46a994272793");

    const json::Value answer = put({given});

    const std::string id = *answer.find("Entries")->as_array()->at(0).find("EventId")->as_string();
    CHECK(json::write(answer) == R"({"FailedEntryCount":0,"Entries":[{"EventId":")" + id + "\"}]}");
    REQUIRE(fake.attempts.size() == 1);
    CHECK(fake.attempts[0].event_id == id);
    CHECK(fake.attempts[0].payload ==
          R"({"version":"0","id":")" + id +
              R"(","detail-type":"t","source":"s","account":"000000000000","time":"2026-01-01T00:00:01Z",)"
              R"("region":"us-east-1","resources":["r1","r2"],"detail":{"b":1,"a":[true]}})");
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(PutEventsTest, "an event carries the trace header of its entry, or else of the request", "[aws]") {
    const auto trace = [this](const json::Object& entry) {
        fake.attempts.clear();
        put({entry});
        REQUIRE(fake.attempts.size() == 1);
        return fake.attempts[0].trace_header;
    };
    CHECK(trace(entry()).empty());
    CHECK(trace(with("TraceHeader", "Root=1")) == "Root=1");

    headers.set("x-amzn-trace-id", "Root=2");
    CHECK(trace(entry()) == "Root=2");
    CHECK(trace(with("TraceHeader", "Root=1")) == "Root=1");

    headers.set("x-amzn-trace-id", std::string(501, 'x'));
    CHECK(trace(entry()).empty());
    headers.set("x-amzn-trace-id", "\xff");
    CHECK(trace(entry()).empty());
}

TEST_CASE_METHOD(PutEventsTest, "a trace header outlives a restart and is not in the envelope", "[aws]") {
    fake.answer = [](const delivery::Attempt&) { return delivery::failed({Errc::Unavailable, "busy"}); };
    put({with("TraceHeader", "Root=1")});
    REQUIRE(fake.attempts.size() == 1);
    CHECK(fake.attempts[0].payload.find("Root=1") == std::string::npos);

    restart();
    pass(1min);

    REQUIRE(fake.attempts.size() == 2);
    CHECK(fake.attempts[1].trace_header == "Root=1");
}

TEST_CASE_METHOD(PutEventsTest, "each entry has its own outcome, in the order of the request", "[aws]") {
    json::Object aws_source = with("Source", "aws.s3");
    json::Object all_wrong = json::Object{{"Detail", "["}, {"Source", ""}};

    const json::Value answer =
        put({entry(), without("Source"), with("Source", ""), without("DetailType"), with("DetailType", ""),
             without("Detail"), with("Detail", ""), with("Detail", "[]"), aws_source, all_wrong});

    const auto required = [](const std::string& name) {
        return "InvalidArgument: Parameter " + name + " is not valid. Reason: " + name + " is a required argument.";
    };
    CHECK(outcomes(answer) ==
          std::vector<std::string>{
              "ok", required("Source"), required("Source"), required("DetailType"), required("DetailType"),
              required("Detail"), required("Detail"), "MalformedDetail: Detail is malformed.",
              "NotAuthorizedForSourceException: Not authorized for the source.", required("Source")});
    CHECK(answer.find("FailedEntryCount")->as_int64() == 9);
    CHECK(fake.attempts.size() == 1);
}

TEST_CASE_METHOD(PutEventsTest, "an entry's checks have AWS's order", "[aws]") {
    json::Object broken = with("Source", "aws.s3");
    broken.set("Detail", "{");
    CHECK(outcomes(put({broken})).at(0) == "MalformedDetail: Detail is malformed.");
    broken.set("DetailType", "");
    CHECK(outcomes(put({broken})).at(0).starts_with("InvalidArgument: Parameter DetailType"));

    CHECK(outcomes(put({with("Source", "aws")})).at(0) == "ok");
    CHECK(outcomes(put({with("Source", "awsome.shop")})).at(0) == "ok");
    CHECK(outcomes(put({with("Source", "aws.")})).at(0).starts_with("NotAuthorizedForSource"));
}

TEST_CASE_METHOD(PutEventsTest, "a detail type has at most 128 characters", "[aws]") {
    std::string longest;
    for (int i = 0; i < 128; ++i)
        longest += "é";

    CHECK(outcomes(put({with("DetailType", longest)})).at(0) == "ok");
    CHECK(
        outcomes(put({with("DetailType", longest + "x")})).at(0).starts_with("InvalidArgument: Parameter DetailType"));
}

TEST_CASE_METHOD(PutEventsTest, "a detail is delivered compact, and otherwise as it was written", "[aws]") {
    const auto [given, expected] = GENERATE(table<const char*, const char*>({
        {"{}", "{}"},
        {" \t\r\n{ } \n", "{}"},
        {"{ \"a b\" : [ 1 , 2 ,\n3 ] }", R"({"a b":[1,2,3]})"},
        {R"({"a":" spaced  \" quoted \\"})", R"({"a":" spaced  \" quoted \\"})"},
        {R"({"a":"\\\\", "b" : "\\\"" })", R"({"a":"\\\\","b":"\\\""})"},
        {R"({"a":"\u00e9\/\n"})", R"({"a":"\u00e9\/\n"})"},
        {R"({"a":"é😀"})", R"({"a":"é😀"})"},
        {R"({"z":1,"a":2})", R"({"z":1,"a":2})"},
        {R"({"a":1.50, "b":1E3,"c":-0})", R"({"a":1.50,"b":1E3,"c":-0})"},
        {R"({"a":9223372036854775807})", R"({"a":9223372036854775807})"},
        {R"({"a":-9223372036854775808 })", R"({"a":-9223372036854775808})"},
        {R"({"a":12345678901234567890.5})", R"({"a":12345678901234567890.5})"},
        {R"({"a":"9223372036854775808"})", R"({"a":"9223372036854775808"})"},
        {R"({ "a" : true , "b" : null })", R"({"a":true,"b":null})"},
    }));
    CAPTURE(given);

    CHECK(delivered(given) == expected);
}

TEST_CASE_METHOD(PutEventsTest, "what is no JSON object is malformed", "[aws]") {
    const std::string given =
        GENERATE("[]", "\"x\"", "1", "null", "x", "{", "{}}", "{} {}", R"({"a":1,})", R"({a:1})", R"({'a':1})",
                 R"({"a":01})", R"({"a":"\x"})", "{\"a\":\"\n\"}", R"({"a":9223372036854775808})",
                 R"({"a":[-9223372036854775809]})", R"({"a":100000000000000000000000000})");
    CAPTURE(given);

    CHECK(delivered(given) == "MalformedDetail: Detail is malformed.");
}

TEST_CASE_METHOD(PutEventsTest, "a detail has at most 1000 levels", "[aws]") {
    const auto nested = [](std::size_t levels) {
        std::string text = R"({"a":)";
        text.append(levels - 1, '[');
        text.append(levels - 1, ']');
        return text + "}";
    };

    CHECK(delivered(nested(1000)) == nested(1000));
    CHECK(delivered(nested(1001)) == "MalformedDetail: Detail is malformed.");
}

TEST_CASE_METHOD(PutEventsTest, "a request has at most a megabyte", "[aws]") {
    CHECK(outcomes(put({of_size(kMost)})).at(0) == "ok");
    CHECK(fake.attempts.size() == 1);
    CHECK(try_put({of_size(kMost + 1)}).error() == kTooLarge);

    CHECK(outcomes(put({of_size(kMost / 2), of_size(kMost / 2)})).at(1) == "ok");
    CHECK(try_put({of_size(kMost / 2), of_size(kMost / 2 + 1)}).error() == kTooLarge);
    CHECK(fake.attempts.size() == 3);
}

TEST_CASE_METHOD(PutEventsTest, "what counts of an entry is its time, source, detail type, detail and resources",
                 "[aws]") {
    json::Object timed = entry();
    timed.set("Time", 1);
    CHECK(outcomes(put({of_size(kMost - 14, timed)})).at(0) == "ok");
    CHECK(try_put({of_size(kMost - 13, timed)}).error() == kTooLarge);

    json::Object resources = entry();
    resources.set("Resources", json::Array{"four", "é"});
    CHECK(outcomes(put({of_size(kMost - 6, resources)})).at(0) == "ok");
    CHECK(try_put({of_size(kMost - 5, resources)}).error() == kTooLarge);

    json::Object named = entry("default");
    named.set("TraceHeader", "Root=1");
    CHECK(outcomes(put({of_size(kMost, named)})).at(0) == "ok");
}

TEST_CASE_METHOD(PutEventsTest, "faulty entries count as well", "[aws]") {
    CHECK(try_put({of_size(kMost), without("Source")}).error() == kTooLarge);
}

TEST_CASE_METHOD(PutEventsTest, "an event has its entry's time, cut to the second", "[aws]") {
    const auto [time, expected] = GENERATE(table<const char*, const char*>({
        {"1767225600", "2026-01-01T00:00:00Z"},
        {"1767225599.999", "2025-12-31T23:59:59Z"},
        {"1.7672256E9", "2026-01-01T00:00:00Z"},
        {"0", "1970-01-01T00:00:00Z"},
        {"-5", "1970-01-01T00:00:00Z"},
        {"1e300", "9999-12-31T23:59:59Z"},
    }));
    CAPTURE(time);

    put({with("Time", json::Number{time})});

    REQUIRE(fake.attempts.size() == 1);
    CHECK(fake.attempts[0].payload.find(std::string{R"("time":")"} + expected + '"') != std::string::npos);
}

TEST_CASE_METHOD(PutEventsTest, "a bus that is not there takes the event and drops it", "[aws]") {
    CHECK(outcomes(put({entry("nowhere"), entry("arn:aws:events:us-east-1:000000000000:event-bus/nowhere")})) ==
          std::vector<std::string>{"ok", "ok"});
    CHECK(fake.attempts.empty());
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(PutEventsTest, "a bus goes by its name, its ARN, or nothing for the default", "[aws]") {
    must("CreateEventBus", {{"Name", "b"}});
    make_listener("r", "b");

    put({entry("b"), entry("arn:aws:events:us-east-1:000000000000:event-bus/b"), without("EventBusName")});

    CHECK(heard("r").size() == 2);
    CHECK(heard("all").size() == 1);
}

struct OthersBusTest : PutEventsTest {
    OthersBusTest() { account = "111111111111"; }
    void permit(const std::string& condition = "{}") {
        account.clear();
        must("PutPermission",
             {{"Policy",
               R"({"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow",)"
               R"("Principal":{"AWS":"111111111111"},"Action":"events:PutEvents","Resource":"*","Condition":)" +
                   condition + "}]}"}});
        account = "111111111111";
    }
    std::string arn = "arn:aws:events:us-east-1:000000000000:event-bus/default";
    std::string denied =
        "AccessDeniedException: User: arn:aws:iam::111111111111:root is not authorized to perform: "
        "events:PutEvents on resource: " +
        arn + " because no resource-based policy allows the events:PutEvents action";
};

TEST_CASE_METHOD(OthersBusTest, "another account's bus without a policy refuses the whole request", "[aws]") {
    CHECK(try_put({entry(), entry(arn)}).error() == denied);
    settle();
    CHECK(fake.attempts.empty());
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(OthersBusTest, "another account's bus takes what its policy permits, with the caller's account",
                 "[aws]") {
    permit(R"({"StringEquals":{"events:source":"s","events:detail-type":"t"},)"
           R"("Bool":{"events:eventBusInvocation":"false"}})");
    put({entry(arn), entry()});

    REQUIRE(heard("all").size() == 1);
    CHECK(*heard("all")[0].find("account")->as_string() == "111111111111");
    json::Object other = entry(arn);
    other.set("Source", "x");
    CHECK(try_put({entry(arn), other}).error() == denied);
}

TEST_CASE_METHOD(OthersBusTest, "a permission that was taken back permits no more", "[aws]") {
    permit();
    put({entry(arn)});
    account.clear();
    must("RemovePermission", {{"RemoveAllPermissions", true}});
    account = "111111111111";

    CHECK(try_put({entry(arn)}).error() == denied);
    CHECK(fake.attempts.size() == 1);
}

TEST_CASE_METHOD(OthersBusTest, "a bus of another account that is not there is not told from one that refuses",
                 "[aws]") {
    CHECK(try_put({entry("arn:aws:events:us-east-1:000000000000:event-bus/nowhere")})
              .error()
              .starts_with("AccessDeniedException: "));
}

TEST_CASE_METHOD(PutEventsTest, "a request that no entry is stored of fails as a whole", "[aws]") {
    store->flaky_deliveries.failing_writes = 1;
    CHECK(try_put({entry()}).status >= 500);
    settle();
    CHECK(fake.attempts.empty());
    CHECK(outcomes(put({entry()})).at(0) == "ok");
}

TEST_CASE_METHOD(PutEventsTest, "a request has 1 to 10 entries", "[aws]") {
    json::Array entries;
    CHECK(
        try_put(entries).error().starts_with("ValidationException: 1 validation error detected: Value '[]' at "
                                             "'entries' failed to satisfy constraint: Member must have length "
                                             "greater than or equal to 1"));
    for (int i = 0; i < 10; ++i)
        entries.emplace_back(entry());
    CHECK(put(entries).find("FailedEntryCount")->as_int64() == 0);
    CHECK(fake.attempts.size() == 10);
    entries.emplace_back(entry());
    CHECK(
        try_put(entries).error().starts_with("ValidationException: 1 validation error detected: Value "
                                             "'[PutEventsRequestEntry(time=null, source=s, resources=null, "
                                             "detailType=t, detail={}, eventBusName=default, traceHeader=null, "));
}

struct EndpointEventsTest : PutEventsTest {
    EndpointEventsTest() {
        account = "000000000000";
        for (const std::string& where : {"us-west-2", "us-east-1"}) {
            region = where;
            must("CreateEventBus", {{"Name", "b"}});
            make_listener("r", "b");
        }
    }
    std::string make_endpoint(const std::string& replication) {
        const auto bus = [](const std::string& where) {
            return json::Object{{"EventBusArn", "arn:aws:events:" + where + ":000000000000:event-bus/b"}};
        };
        must("CreateEndpoint",
             {{"Name", "e"},
              {"RoutingConfig",
               json::Object{
                   {"FailoverConfig",
                    json::Object{{"Primary", json::Object{{"HealthCheck", "arn:aws:route53:::healthcheck/abc"}}},
                                 {"Secondary", json::Object{{"Route", "us-west-2"}}}}}}},
              {"ReplicationConfig", json::Object{{"State", replication}}},
              {"EventBuses", json::Array{bus("us-east-1"), bus("us-west-2")}},
              {"RoleArn", "arn:aws:iam::000000000000:role/r"}});
        return *must("DescribeEndpoint", {{"Name", "e"}}).find("EndpointId")->as_string();
    }
};

TEST_CASE_METHOD(EndpointEventsTest, "an endpoint copies an event to its bus in the other region", "[aws]") {
    const std::string id = make_endpoint("ENABLED");

    must("PutEvents", {{"EndpointId", id}, {"Entries", json::Array{entry("b")}}});
    settle();

    REQUIRE(fake.attempts.size() == 2);
    CHECK(fake.attempts[0].payload == fake.attempts[1].payload);
    CHECK(fake.attempts[0].rule != fake.attempts[1].rule);
    const json::Value event = heard("r").at(0);
    CHECK(*event.find("region")->as_string() == "us-east-1");
    CHECK(*event.find("resources") == json::Array{"arn:aws:events:us-east-1:000000000000:endpoint/e"});
}

TEST_CASE_METHOD(EndpointEventsTest, "an endpoint without replication has one bus", "[aws]") {
    const std::string id = make_endpoint("DISABLED");

    must("PutEvents", {{"EndpointId", id}, {"Entries", json::Array{entry("b"), entry("other")}}});
    settle();

    CHECK(fake.attempts.size() == 1);
}

TEST_CASE_METHOD(EndpointEventsTest, "an endpoint that is not there, or not the caller's, takes nothing", "[aws]") {
    const std::string id = make_endpoint("ENABLED");
    CHECK(ask("PutEvents", {{"EndpointId", "abcde.veo"}, {"Entries", json::Array{entry("b")}}}).error() ==
          "ValidationException: Endpoint abcde.veo does not exist.");
    account = "111111111111";
    CHECK(ask("PutEvents", {{"EndpointId", id}, {"Entries", json::Array{entry("b")}}}).status == 400);
    settle();
    CHECK(fake.attempts.empty());
}

TEST_CASE_METHOD(PutEventsTest, "a detail with half a surrogate pair is delivered as it was taken", "[aws]") {
    CHECK(delivered(R"({"v":"\ud800"})") == R"({"v":"\ud800"})");
}

}  // namespace
}  // namespace rialto::api::aws
