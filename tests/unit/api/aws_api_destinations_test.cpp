#include <regex>

#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

struct ApiDestinationsTest : testing::EventsWorld {
    ApiDestinationsTest() { connection = connect(); }

    std::string connect() {
        return ask("CreateConnection",
                   {{"Name", "c"},
                    {"AuthorizationType", "BASIC"},
                    {"AuthParameters",
                     json::Object{{"BasicAuthParameters", json::Object{{"Username", "u"}, {"Password", "p"}}}}}})
            .text("ConnectionArn");
    }
    Answer create(const std::string& name = "d", const std::string& endpoint = "https://example.com/a/*") {
        return ask(
            "CreateApiDestination",
            {{"Name", name}, {"ConnectionArn", connection}, {"InvocationEndpoint", endpoint}, {"HttpMethod", "POST"}});
    }
    Answer describe() { return ask("DescribeApiDestination", {{"Name", "d"}}); }

    std::string connection;
};

std::string missing(const std::string& verb) {
    return "ResourceNotFoundException: Failed to " + verb +
           " the api-destination(s). An api-destination 'd' does not exist.";
}

std::string names(const json::Value& answer) {
    std::string all;
    for (const json::Value& one : *answer.find("ApiDestinations")->as_array())
        all += *one.find("Name")->as_string() + ' ';
    return all;
}

TEST_CASE_METHOD(ApiDestinationsTest, "an API destination is made, described and kept", "[aws]") {
    clock.advance(std::chrono::milliseconds{1234});

    const auto made = ask("CreateApiDestination", {{"Name", "d"},
                                                   {"Description", "text"},
                                                   {"ConnectionArn", connection},
                                                   {"InvocationEndpoint", "http://127.0.0.1:9/a"},
                                                   {"HttpMethod", "PUT"}});

    REQUIRE(made.error().empty());
    const std::string arn = made.text("ApiDestinationArn");
    CHECK(std::regex_match(arn, std::regex{"arn:aws:events:us-east-1:000000000000:api-destination/d/[-0-9a-f]{36}"}));
    CHECK(json::write(made.body) ==
          R"({"ApiDestinationArn":")" + arn +
              R"(","ApiDestinationState":"ACTIVE","CreationTime":1767225601,"LastModifiedTime":1767225601})");
    restart();
    CHECK(json::write(describe().body) ==
          R"({"ApiDestinationArn":")" + arn + R"(","Name":"d","Description":"text","ApiDestinationState":"ACTIVE",)" +
              R"("ConnectionArn":")" + connection +
              R"(","InvocationEndpoint":"http://127.0.0.1:9/a","HttpMethod":"PUT","InvocationRateLimitPerSecond":300,)"
              R"("CreationTime":1767225601,"LastModifiedTime":1767225601})");
    CHECK(create().error() ==
          "ResourceAlreadyExistsException: Failed to create the api-destination(s). An "
          "api-destination with name 'd' already exists.");
}

TEST_CASE_METHOD(ApiDestinationsTest, "it is active while its very connection is authorized", "[aws]") {
    create();

    ask("DeauthorizeConnection", {{"Name", "c"}});
    CHECK(describe().text("ApiDestinationState") == "INACTIVE");
    ask("DeleteConnection", {{"Name", "c"}});
    CHECK(describe().text("ApiDestinationState") == "INACTIVE");
    const std::string other = connect();
    CHECK(describe().text("ApiDestinationState") == "INACTIVE");
    CHECK(ask("UpdateApiDestination", {{"Name", "d"}, {"ConnectionArn", other}}).text("ApiDestinationState") ==
          "ACTIVE");
    CHECK(describe().text("ConnectionArn") == other);
}

TEST_CASE_METHOD(ApiDestinationsTest, "an endpoint has a host without wildcards", "[aws]") {
    const auto invalid = [](const std::string& verb, const std::string& endpoint) {
        return "ValidationException: Failed to " + verb +
               " the api-destination(s). Parameter InvocationEndpoint is not valid. Reason: Endpoint '" + endpoint +
               "' is invalid, please provide a valid HTTPS endpoint URL.";
    };
    for (const std::string bad : {"https://", "https:///a", "https://*.example.com", "https://:8/", "ftp://example.com",
                                  "https://u@example.com"})
        CHECK(create("bad", bad).error() == invalid("create", bad));

    CHECK(create("d", "example.com/a/*?b=*").error().empty());
    CHECK(create("e", "https://example.com:8443").error().empty());
    CHECK(ask("UpdateApiDestination", {{"Name", "d"}, {"InvocationEndpoint", "https://"}}).error() ==
          invalid("update", "https://"));
    CHECK(create("f", "https://example.com/a b").error().find("at 'invocationEndpoint' failed") != std::string::npos);
}

TEST_CASE_METHOD(ApiDestinationsTest, "a connection must be there, and the caller's", "[aws]") {
    const std::string missing_connection =
        "ResourceNotFoundException: Failed to create the api-destination(s). Connection '";
    const std::string known = connection;

    connection = known.substr(0, known.size() - 1) + (known.back() == '0' ? '1' : '0');
    CHECK(create().error() == missing_connection + connection + "' does not exist.");
    connection = known;
    account = "123456789012";
    CHECK(create().error() == missing_connection + connection + "' does not exist.");
    account.clear();
    region = "eu-west-1";
    account = "000000000000";
    CHECK(create().error() == missing_connection + connection + "' does not exist.");
    connection = "arn:aws:events:us-east-1:000000000000:rule/c/1";
    CHECK(create().error().starts_with("ValidationException: 1 validation error detected: Value '"));
}

TEST_CASE_METHOD(ApiDestinationsTest, "what is missing or out of range of an API destination is told of", "[aws]") {
    const std::string null_clause = "' failed to satisfy constraint: Member must not be null";

    CHECK(ask("CreateApiDestination", {}).error() ==
          "ValidationException: 4 validation errors detected: Value null at 'name" + null_clause +
              "; Value null at 'connectionArn" + null_clause + "; Value null at 'invocationEndpoint" + null_clause +
              "; Value null at 'httpMethod" + null_clause);
    create();
    CHECK(ask("UpdateApiDestination", {{"Name", "d"}, {"HttpMethod", "TRACE"}, {"InvocationRateLimitPerSecond", 0}})
              .error() ==
          "ValidationException: 2 validation errors detected: Value 'TRACE' at 'httpMethod' failed to satisfy "
          "constraint: Member must satisfy enum value set: [HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS]; Value '0' "
          "at 'invocationRateLimitPerSecond' failed to satisfy constraint: Member must have value greater than or "
          "equal to 1");
    const std::string long_name(65, 'a');
    for (const std::string operation : {"DescribeApiDestination", "DeleteApiDestination", "UpdateApiDestination"})
        CHECK(ask(operation, {{"Name", long_name}}).error() ==
              "ValidationException: 1 validation error detected: Value '" + long_name +
                  "' at 'name' failed to satisfy constraint: Member must have length less than or equal to 64");
    CHECK(*ask("UpdateApiDestination", {{"Name", "d"}, {"InvocationRateLimitPerSecond", "many"}}).body.find("__type") ==
          json::Value{"SerializationException"});
}

TEST_CASE_METHOD(ApiDestinationsTest, "an update of an API destination replaces what it gives and keeps the rest",
                 "[aws]") {
    create();
    const auto before = describe();
    clock.advance(std::chrono::seconds{10});

    CHECK(json::write(ask("UpdateApiDestination", {{"Name", "d"}}).body) ==
          R"({"ApiDestinationArn":")" + before.text("ApiDestinationArn") +
              R"(","ApiDestinationState":"ACTIVE","CreationTime":1767225600,"LastModifiedTime":1767225610})");
    ask("UpdateApiDestination",
        {{"Name", "d"}, {"Description", "text"}, {"HttpMethod", "GET"}, {"InvocationRateLimitPerSecond", 7}});

    restart();
    json::Value expected = before.body;
    expected.as_object()->set("Description", "text");
    expected.as_object()->set("HttpMethod", "GET");
    expected.as_object()->set("InvocationRateLimitPerSecond", 7);
    expected.as_object()->set("LastModifiedTime", 1767225610);
    CHECK(describe().body == expected);
    ask("UpdateApiDestination", {{"Name", "d"}, {"Description", ""}});
    CHECK(describe().body.find("Description") == nullptr);
}

TEST_CASE_METHOD(ApiDestinationsTest, "what is not there cannot be described, updated or deleted", "[aws]") {
    CHECK(describe().error() == missing("describe"));
    CHECK(ask("UpdateApiDestination", {{"Name", "d"}}).error() == missing("update"));
    CHECK(ask("DeleteApiDestination", {{"Name", "d"}}).error() == missing("delete"));
    create();

    CHECK(ask("DeleteApiDestination", {{"Name", "d"}}).body == json::Object{});

    restart();
    CHECK(describe().error() == missing("describe"));
}

TEST_CASE_METHOD(ApiDestinationsTest, "API destinations are listed by prefix or connection, and by page", "[aws]") {
    for (const std::string name : {"b2", "a", "b1"})
        create(name);
    const std::string first_connection = connection;
    ask("DeleteConnection", {{"Name", "c"}});
    connection = connect();
    create("z");

    CHECK(names(ask("ListApiDestinations", {}).body) == "a b1 b2 z ");
    CHECK(names(ask("ListApiDestinations", {{"ConnectionArn", connection}}).body) == "z ");
    CHECK(names(ask("ListApiDestinations", {{"ConnectionArn", first_connection}}).body) == "a b1 b2 ");
    const auto page = ask("ListApiDestinations", {{"NamePrefix", "b"}, {"Limit", 1}});
    CHECK(names(page.body) == "b1 ");
    CHECK(names(ask("ListApiDestinations", {{"NamePrefix", "b"}, {"NextToken", page.text("NextToken")}}).body) ==
          "b2 ");
    CHECK(ask("ListApiDestinations", {{"NamePrefix", "b"}, {"ConnectionArn", connection}}).error() ==
          "ValidationException: Failed to list the api-destination(s). Request failed because only one filter is "
          "supported per request, either ConnectionArn or NamePrefix.");
    CHECK(ask("ListApiDestinations", {{"NextToken", "?"}}).error() ==
          "ValidationException: 1 validation error detected: Value '?' at 'nextToken' failed to satisfy constraint: "
          "Member must satisfy regular expression pattern: "
          R"(^(?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{4}|[A-Za-z0-9+\/]{3}=|[A-Za-z0-9+\/]{2}={2})$)");
}

TEST_CASE_METHOD(ApiDestinationsTest, "API destinations of other accounts are not seen", "[aws]") {
    create();

    account = "123456789012";
    CHECK(describe().error() == missing("describe"));
    CHECK(ask("DeleteApiDestination", {{"Name", "d"}}).error() == missing("delete"));
    CHECK(names(ask("ListApiDestinations", {}).body).empty());
}

}  // namespace
}  // namespace rialto::api::aws
