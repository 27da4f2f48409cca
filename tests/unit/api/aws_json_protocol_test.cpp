#include "api/aws/json_protocol.hpp"

#include "tests/support/world.hpp"

namespace rialto::api::aws {
namespace {

Task<Outcome<Output>> echo(Invocation call) { co_return std::move(call.input); }
Task<Outcome<Output>> nothing(Invocation) { co_return Output{}; }
Task<Outcome<Output>> fail(Invocation) { co_return std::unexpected{Failure{Exception::ResourceNotFound, "gone"}}; }

constexpr const char* kOld = "application/x-amz-json-1.0";

struct JsonProtocolTest : testing::World {
    http::Response ask(const std::string& target, const std::string& body,
                       const std::string& type = "application/x-amz-json-1.1") {
        http::Request request;
        request.method = "POST";
        request.path = "/";
        request.id = "r1";
        request.body = body;
        if (!type.empty())
            request.headers.add("Content-Type", type);
        if (!target.empty())
            request.headers.add("x-amz-target", target);
        return run(protocol.respond(request));
    }
    std::string error(const std::string& target, const std::string& body) {
        const auto answer = ask(target, body);
        CHECK(answer.status == 400);
        return answer.body;
    }

    const Shape input = structure("SampleRequest", {required("Name", string().at_most(3))});
    JsonProtocol protocol{{{.prefix = "AWSEvents",
                            .operations = {{"Echo", input, echo}, {"Nothing", input, nothing}, {"Fail", input, fail}}},
                           {.prefix = "Other", .operations = {{"Nothing", input, fail}}},
                           {.prefix = "Old", .operations = {{"Echo", input, echo}}, .media_type = kOld}},
                          {}};
};

constexpr const char* kUnknown = R"({"__type":"UnknownOperationException"})";
constexpr const char* kUnreadable = R"({"__type":"SerializationException"})";

TEST_CASE_METHOD(JsonProtocolTest, "an operation answers with its output", "[aws]") {
    const auto answer = ask("AWSEvents.Echo", R"({"Name":"abc","Other":1})");

    CHECK(answer.status == 200);
    CHECK(answer.body == R"({"Name":"abc"})");
    CHECK(answer.headers.find("Content-Type") == "application/x-amz-json-1.1");
    CHECK(answer.headers.find("x-amzn-RequestId") == "r1");
}

TEST_CASE_METHOD(JsonProtocolTest, "an operation without output answers with nothing", "[aws]") {
    const auto answer = ask("AWSEvents.Nothing", R"({"Name":"abc"})");

    CHECK(answer.status == 200);
    CHECK(answer.body.empty());
    CHECK(answer.headers.find("Content-Type") == "application/x-amz-json-1.1");
}

TEST_CASE_METHOD(JsonProtocolTest, "a failure is told with its type", "[aws]") {
    const auto answer = ask("AWSEvents.Fail", R"({"Name":"abc"})");

    CHECK(answer.status == 400);
    CHECK(answer.body == R"({"__type":"ResourceNotFoundException","message":"gone"})");
    CHECK(answer.headers.find("Content-Type") == "application/x-amz-json-1.1");
    CHECK(answer.headers.find("x-amzn-RequestId") == "r1");
}

TEST_CASE_METHOD(JsonProtocolTest, "services have operations of the same name", "[aws]") {
    CHECK(error("Other.Nothing", R"({"Name":"abc"})") == R"({"__type":"ResourceNotFoundException","message":"gone"})");
}

TEST_CASE_METHOD(JsonProtocolTest, "parameters of the content type, and its case, do not matter", "[aws]") {
    CHECK(ask("AWSEvents.Nothing", R"({"Name":"abc"})", "application/x-amz-json-1.1; charset=utf-8").status == 200);
    CHECK(ask("AWSEvents.Nothing", R"({"Name":"abc"})", "Application/X-Amz-Json-1.1").status == 200);
}

TEST_CASE_METHOD(JsonProtocolTest, "what names no operation is unknown", "[aws]") {
    for (const auto* target : {"", "AWSEvents", "AWSEvents.", "AWSEvents.echo", "awsevents.Echo", "Echo", "X.Echo"})
        CHECK(error(target, "{}") == kUnknown);
}

TEST_CASE_METHOD(JsonProtocolTest, "a body that cannot be read goes before a target that is unknown", "[aws]") {
    for (const auto* body : {"", "{", "null", "\"x\"", "{} {}"})
        CHECK(error("AWSEvents.echo", body) == kUnreadable);
    CHECK(error("", "[]") ==
          R"({"__type":"SerializationException","Message":"Start of list found where not expected"})");
}

TEST_CASE_METHOD(JsonProtocolTest, "types go before constraints", "[aws]") {
    CHECK(error("AWSEvents.Echo", R"({"Name":7})") ==
          R"({"__type":"SerializationException","Message":"NUMBER_VALUE can not be converted to a String"})");
    CHECK(error("AWSEvents.Echo", "{}") ==
          R"({"__type":"ValidationException","message":"1 validation error detected: Value null at 'name' failed to )"
          R"(satisfy constraint: Member must not be null"})");
}

TEST_CASE_METHOD(JsonProtocolTest, "a service has its own version of the protocol", "[aws]") {
    const auto answer = ask("Old.Echo", R"({"Name":"abc"})", kOld);
    CHECK(answer.status == 200);
    CHECK(answer.headers.find("Content-Type") == kOld);
    CHECK(ask("Old.Echo", R"({"Name":"abc"})").status == 404);
    CHECK(ask("Old.Nonsense", "{}", kOld).body == kUnknown);
}

TEST_CASE_METHOD(JsonProtocolTest, "another content type is not of this protocol", "[aws]") {
    for (const auto* type : {"", "application/json", "application/x-amz-json-1.0", "text/plain"}) {
        const auto answer = ask("AWSEvents.Echo", R"({"Name":"abc"})", type);
        CHECK(answer.status == 404);
        CHECK(answer.body == "<UnknownOperationException/>\n");
        CHECK(answer.headers.find("Content-Type") == "text/xml");
        CHECK(answer.headers.find("x-amzn-RequestId") == "r1");
    }
}

}  // namespace
}  // namespace rialto::api::aws
