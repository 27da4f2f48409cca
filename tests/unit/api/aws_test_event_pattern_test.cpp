#include "tests/support/cases.hpp"
#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

using testing::text_of;

struct TestEventPatternTest : testing::EventsWorld {
    Answer ask(const json::Object& body) { return EventsWorld::ask("TestEventPattern", body); }
};

TEST_CASE_METHOD(TestEventPatternTest, "TestEventPattern answers as AWS does", "[aws]") {
    const auto cases = testing::read_cases("aws/test_event_pattern.ndjson");
    REQUIRE(cases.size() > 50);
    for (const auto& one : cases) {
        INFO(text_of(one, "name"));
        const auto answer = ask({{"EventPattern", text_of(one, "pattern")}, {"Event", text_of(one, "event")}});

        CHECK(answer.body == *one.find("answer"));
        CHECK(answer.status == (one.find("answer")->find("Result") != nullptr ? 200 : 400));
    }
}

TEST_CASE_METHOD(TestEventPatternTest, "a pattern may have 4096 characters", "[aws]") {
    const std::string event =
        R"({"id":"1","account":"1","source":"s","time":"2026-01-01T00:00:00Z","region":"r","detail-type":"d"})";
    const std::string pattern = "{\"source\":[\"" + std::string(4096 - 15, 's') + "\"]}";
    REQUIRE(pattern.size() == 4096);

    CHECK(ask({{"EventPattern", pattern}, {"Event", event}}).body == json::Object{{"Result", false}});
    CHECK(ask({{"EventPattern", pattern + " "}, {"Event", event}}).error() ==
          "ValidationException: 1 validation error detected: Value '" + pattern +
              " ' at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to 4096");
}

TEST_CASE_METHOD(TestEventPatternTest, "both members are required, and text", "[aws]") {
    const std::string null_at = "Value null at '";
    const std::string rule = "' failed to satisfy constraint: Member must not be null";
    CHECK(ask({}).error() == "ValidationException: 2 validation errors detected: " + null_at + "eventPattern" + rule +
                                 "; " + null_at + "event" + rule);
    CHECK(ask({{"EventPattern", "{}"}, {"Event", json::Object{}}}).body ==
          json::Object{{"__type", "SerializationException"},
                       {"Message", "Start of structure or map found where not expected."}});
}

}  // namespace
}  // namespace rialto::api::aws
