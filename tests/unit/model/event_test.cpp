#include "rialto/model/event.hpp"

#include <catch2/catch.hpp>

#include "rialto/base/time.hpp"
#include "rialto/json/value.hpp"

using namespace rialto;
using namespace rialto::model;

namespace {

const std::string kEnvelope =
    R"({"version":"0","id":"i1","detail-type":"Order \"placed\"","source":"shop","account":"000000000000",)"
    R"("time":"2026-01-31T08:15:30Z","region":"us-east-1","resources":["r1","r2"],"detail":{"b":1.0,"a":"é"}})";

}  // namespace

TEST_CASE("an event is written in EventBridge's order and read back", "[model][event]") {
    const Event event{.id = "i1",
                      .detail_type = "Order \"placed\"",
                      .source = "shop",
                      .account = "000000000000",
                      .time = from_rfc3339("2026-01-31T08:15:30.999Z").value(),
                      .region = "us-east-1",
                      .replay_name = {},
                      .resources = {"r1", "r2"},
                      .detail = R"({"b":1.0,"a":"é"})",
                      .trace_header = {}};

    const auto text = to_json(event);
    CHECK(text == kEnvelope);

    const auto read = event_from_json(text);
    REQUIRE(read);
    CHECK(to_json(*read) == text);
    CHECK(read->time == from_rfc3339("2026-01-31T08:15:30Z"));
    CHECK(read->detail == event.detail);
}

TEST_CASE("an event without resources has an empty list of them", "[model][event]") {
    Event event;
    event.detail = "{}";

    CHECK_THAT(to_json(event), Catch::Contains(R"("resources":[],"detail":{}})"));
    CHECK(event_from_json(to_json(event))->resources.empty());
}

TEST_CASE("a replayed event says so after its region, and only a replayed one does", "[model][event]") {
    Event event;
    event.region = "us-east-1";
    event.detail = "{}";
    CHECK(to_json(event).find("replay-name") == std::string::npos);

    event.replay_name = "again";

    CHECK_THAT(to_json(event), Catch::Contains(R"("region":"us-east-1","replay-name":"again","resources":[])"));
    CHECK(event_from_json(to_json(event))->replay_name == "again");
}

TEST_CASE("what is no envelope is corrupt, and the message says where", "[model][event]") {
    const auto without = [](std::string_view member, std::string_view value) {
        auto envelope = json::parse(kEnvelope).value();
        if (value.empty())
            envelope.as_object()->remove(member);
        else
            envelope.as_object()->set(std::string{member}, json::parse(value).value());
        return json::write(envelope);
    };
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "line 1, column 1"},
        {"[]", "\"version\" is not a string"},
        {without("version", "\"1\""), "unknown version"},
        {without("id", ""), "\"id\" is not a string"},
        {without("source", "5"), "\"source\" is not a string"},
        {without("replay-name", "1"), "\"replay-name\" is not a string"},
        {without("time", "\"yesterday\""), "\"time\" is not a time"},
        {without("resources", ""), "\"resources\" is not an array"},
        {without("resources", "[1]"), "\"resources\" holds something other than strings"},
        {without("detail", "[]"), "\"detail\" is not an object"},
    };
    for (const auto& [text, says] : cases) {
        INFO(text);
        const auto event = event_from_json(text);
        REQUIRE_FALSE(event);
        CHECK(event.error().code == Errc::Corrupt);
        CHECK_THAT(event.error().message, Catch::StartsWith("event envelope: ") && Catch::Contains(says));
    }
}
