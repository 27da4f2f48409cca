#include <catch2/catch.hpp>

#include "api/aws/constraints.hpp"
#include "api/aws/deserialize.hpp"
#include "rialto/json/value.hpp"
#include "tests/support/aws_shape.hpp"
#include "tests/support/cases.hpp"

namespace rialto::api::aws {
namespace {

using testing::text_of;

Outcome<json::Object> read(std::string_view body, const Shape& shape) {
    auto input = deserialize(body, shape);
    if (!input)
        return input;
    if (auto kept = check_constraints(*input, shape); !kept)
        return std::unexpected{kept.error()};
    return input;
}

TEST_CASE("a request is read, or refused in AWS's words", "[aws]") {
    const Shape shape = sample_shape();
    const auto cases = testing::read_cases("aws/requests.ndjson");
    REQUIRE(cases.size() > 60);
    for (const auto& one : cases) {
        INFO(text_of(one, "name") << ": " << text_of(one, "body"));
        const auto input = read(text_of(one, "body"), shape);
        if (const json::Value* expected = one.find("input")) {
            REQUIRE(input);
            CHECK(json::write(*input) == json::write(*expected));
            continue;
        }
        REQUIRE_FALSE(input);
        const auto answer = json::parse(failure_answer(input.error()).body).value();
        CHECK(text_of(answer, "__type") == text_of(one, "type"));
        const json::Value* message = one.find("message");
        CHECK(input.error().message == (message == nullptr ? "" : *message->as_string()));
    }
}

TEST_CASE("a large request of small parts is read in no time", "[aws]") {
    std::string body = R"({"Name":"a","Keys":["k")";
    for (int i = 0; i < 100'000; ++i)
        body += R"(,"k")";
    body += "]}";

    CHECK(read(body, sample_shape()));
}

}  // namespace
}  // namespace rialto::api::aws
