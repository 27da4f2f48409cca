#include "api/rest/patterns.hpp"

#include <catch2/catch.hpp>

#include "rialto/json/value.hpp"
#include "tests/support/bus_world.hpp"

namespace rialto::api {
namespace {

struct PatternsTest : testing::BusWorld {
    PatternsTest() { add_pattern_routes(router, pool); }

    http::Response post(const std::string& body) {
        http::Request request;
        request.method = "POST";
        request.path = "/patterns/explain";
        request.headers = {{"Content-Type", "application/json"}};
        request.body = body;
        return run(router.respond(request));
    }

    WorkerPool pool{{.name = "computing"}};
    Router router;
};

TEST_CASE_METHOD(PatternsTest, "a pattern and an event are explained", "[patterns]") {
    const auto near = post(R"({"pattern":{"detail":{"state":["running"]}},"event":{"detail":{"state":"Running"}}})");
    CHECK(near.status == 200);
    CHECK(near.body.find(R"("matches":false)") != std::string::npos);
    CHECK(near.body.find(R"("kind":"otherCase","path":"detail.state")") != std::string::npos);

    const auto texts = post(R"({"pattern":"{\"a\":[1]}","event":"{\"a\":1}"})");
    CHECK(texts.status == 200);
    CHECK(texts.body.starts_with(R"({"matches":true)"));
}

TEST_CASE_METHOD(PatternsTest, "what cannot be explained is refused with the reason", "[patterns]") {
    const auto refusal = [this](const std::string& body) {
        const auto response = post(body);
        return std::to_string(response.status) + ' ' + *json::parse(response.body).value().find("detail")->as_string();
    };
    const std::string shape =
        R"(422 the body must be {"pattern": PATTERN, "event": EVENT}, each an object or a string with one)";

    CHECK(refusal("{").starts_with("400 the body is not JSON: "));
    CHECK(refusal("[]") == shape);
    CHECK(refusal(R"({"pattern":{}})") == shape);
    CHECK(refusal(R"({"pattern":{"a":[1]},"event":7})") == shape);
    CHECK(refusal(R"({"pattern":{"a":[1]},"event":{},"more":1})") == shape);
    CHECK(refusal(R"({"pattern":{"a":1},"event":{}})")
              .starts_with("422 the pattern is not valid: \"a\" must be an object"));
    CHECK(refusal(R"({"pattern":{"a":[1]},"event":"[]"})").starts_with("422 the event is not valid: "));
}

}  // namespace
}  // namespace rialto::api
