#include "api/aws/query_protocol.hpp"

#include "tests/support/world.hpp"

namespace rialto::api::aws {
namespace {

Task<Outcome<Output>> echo(Invocation call) { co_return std::move(call.input); }
Task<Outcome<Output>> fail(Invocation) {
    co_return std::unexpected{Failure{Exception::InvalidParameterValue, "gone & <away>"}};
}

const Shape kAttributes = map(string(), string()).flattened("Attribute", "Name", "Value");
const Shape kEntry = structure("Entry", {required("Id", string()), optional("Attributes", kAttributes)});
const Shape kInput =
    structure("Input", {optional("Where", string()), optional("Number", integer()), optional("Flag", boolean()),
                        optional("Names", list(string()).flattened("Name")), optional("Plain", list(string())),
                        optional("Entries", list(kEntry).flattened("Entry")), optional("Attributes", kAttributes)});

struct QueryProtocolTest : testing::World {
    http::Response ask(const std::string& body, const std::string& path = "/") {
        http::Request request;
        request.method = "POST";
        request.path = path;
        request.id = "r1";
        request.body = body;
        return run(protocol.respond(request));
    }
    /// What stands in the result of Echo.
    std::string echoed(const std::string& parameters, const std::string& path = "/") {
        const auto answer = ask("Action=Echo&" + parameters, path);
        CHECK(answer.status == 200);
        const std::string begin = "<EchoResult>";
        const auto from = answer.body.find(begin) + begin.size();
        return answer.body.substr(from, answer.body.find("</EchoResult>") - from);
    }

    std::string refused;  // an operation that is turned away
    QueryProtocol protocol{
        {{.prefix = "One",
          .operations = {{.name = "Echo", .input = kInput, .run = echo, .output = kInput},
                         {.name = "Silent", .input = kInput, .run = echo},
                         {.name = "Fail", .input = kInput, .run = fail}},
          .query = Service::QuerySide{.version = "v1", .xml_namespace = "urn:one", .path_parameter = "Where"}},
         {.prefix = "Two",
          .operations = {{.name = "Fail", .input = kInput, .run = echo}},
          .query = Service::QuerySide{.version = "v2", .xml_namespace = "urn:two", .path_parameter = ""}},
         {.prefix = "None", .operations = {{.name = "Other", .input = kInput, .run = echo}}}},
        {},
        [this](const std::string& operation) { return operation == refused; }};
};

TEST_CASE_METHOD(QueryProtocolTest, "parameters become an input, and its output XML", "[aws]") {
    const auto [parameters, xml] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"Number=7&Flag=true&Unknown=1", "<Number>7</Number><Flag>true</Flag>"},
        {"Name.1=a&Name.2=b+c&Name.4=lost", "<Name>a</Name><Name>b c</Name>"},
        {"Plain.member.1=a", "<Plain><member>a</member></Plain>"},
        {"Attribute.1.Name=n&Attribute.1.Value=%3Cv%3E",
         "<Attribute><Name>n</Name><Value>&lt;v&gt;</Value></Attribute>"},
        {"Entry.1.Id=a&Entry.2.Id=b&Entry.2.Attribute.1.Name=n&Entry.2.Attribute.1.Value=v",
         "<Entry><Id>a</Id></Entry><Entry><Id>b</Id><Attribute><Name>n</Name><Value>v</Value></Attribute></Entry>"},
    }));

    CHECK(echoed(parameters) == xml);
}

TEST_CASE_METHOD(QueryProtocolTest, "the path stands for what is not given", "[aws]") {
    CHECK(echoed("", "/0/orders") == "<Where>/0/orders</Where>");
    CHECK(echoed("Where=there", "/0/orders") == "<Where>there</Where>");
}

TEST_CASE_METHOD(QueryProtocolTest, "an answer is a whole document", "[aws]") {
    const auto answer = ask("Action=Silent&Version=v1");

    CHECK(answer.status == 200);
    CHECK(answer.headers.find("Content-Type") == "text/xml");
    CHECK(answer.headers.find("x-amzn-RequestId") == "r1");
    CHECK(answer.body ==
          R"(<?xml version="1.0"?><SilentResponse xmlns="urn:one"><ResponseMetadata><RequestId>r1</RequestId>)"
          "</ResponseMetadata></SilentResponse>");
}

TEST_CASE_METHOD(QueryProtocolTest, "a failure has its old code", "[aws]") {
    const auto answer = ask("Action=Fail&Version=v1");

    CHECK(answer.status == 400);
    CHECK(answer.body == R"(<?xml version="1.0"?><ErrorResponse xmlns="urn:one"><Error><Type>Sender</Type>)"
                         "<Code>InvalidParameterValue</Code><Message>gone &amp; &lt;away&gt;</Message>"
                         "<Detail></Detail></Error><RequestId>r1</RequestId></ErrorResponse>");
}

TEST_CASE_METHOD(QueryProtocolTest, "an operation that is turned away says so in its old words", "[aws]") {
    refused = "One.Silent";
    const auto answer = ask("Action=Silent&Version=v1");

    CHECK(answer.status == 403);
    CHECK(answer.body.contains("<Code>RequestThrottled</Code><Message>Rate exceeded</Message>"));
    CHECK(echoed("").empty());
}

TEST_CASE_METHOD(QueryProtocolTest, "a map has its last value of each key, and an end", "[aws]") {
    const auto entries = [](int number) {
        std::string body = "Action=Silent";
        for (int i = 1; i <= number; ++i) {
            const std::string entry = "&Attribute." + std::to_string(i);
            body.append(entry).append(".Name=n").append(std::to_string(i)).append(entry).append(".Value=v");
        }
        return body;
    };

    CHECK(echoed("Attribute.1.Name=n&Attribute.1.Value=a&Attribute.2.Name=n&Attribute.2.Value=b") ==
          "<Attribute><Name>n</Name><Value>b</Value></Attribute>");
    CHECK(ask(entries(1'000)).status == 200);
    CHECK(ask(entries(1'001)).body.find("<Code>MalformedQueryString</Code>") != std::string::npos);
}

TEST_CASE_METHOD(QueryProtocolTest, "versions tell services apart", "[aws]") {
    CHECK(ask("Action=Fail&Version=v2").status == 200);
    CHECK(ask("Action=Fail&Version=v3").body.find("<Code>InvalidAction</Code>") != std::string::npos);
}

TEST_CASE_METHOD(QueryProtocolTest, "what is no request of an operation is told so", "[aws]") {
    const auto [body, code] = GENERATE(table<std::string, std::string>({
        {"", "MissingAction"},
        {"Version=v1", "MissingAction"},
        {"Action=Nonsense", "InvalidAction"},
        {"Action=Other", "InvalidAction"},
        {"Action=Echo&Number=x", "MalformedQueryString"},
        {"Action=Echo&Flag=x", "MalformedQueryString"},
        {"Action=%zz", "MalformedQueryString"},
    }));

    const auto answer = ask(body);

    CHECK(answer.status == 400);
    CHECK(answer.body.find("<Code>" + code + "</Code>") != std::string::npos);
}

}  // namespace
}  // namespace rialto::api::aws
