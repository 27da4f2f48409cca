#include <regex>

#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kMissing = "ResourceNotFoundException: Endpoint e does not exist.";

json::Array buses(const std::string& first, const std::string& second) {
    return {json::Object{{"EventBusArn", "arn:aws:events:" + first}},
            json::Object{{"EventBusArn", "arn:aws:events:" + second}}};
}

json::Object request(const std::string& name = "e") {
    return {{"Name", name},
            {"RoutingConfig",
             json::Object{{"FailoverConfig",
                           json::Object{{"Primary", json::Object{{"HealthCheck", "arn:aws:route53:::healthcheck/abc"}}},
                                        {"Secondary", json::Object{{"Route", "us-west-2"}}}}}}},
            {"EventBuses", buses("us-east-1:000000000000:event-bus/b", "us-west-2:000000000000:event-bus/b")},
            {"RoleArn", "arn:aws:iam::000000000000:role/r"}};
}

json::Object with(const std::string& member, json::Value value) {
    json::Object input = request();
    input.set(member, std::move(value));
    return input;
}

std::string names(const json::Value& answer) {
    std::string all;
    for (const json::Value& one : *answer.find("Endpoints")->as_array())
        all += *one.find("Name")->as_string() + ' ';
    return all;
}

using EndpointsTest = testing::EventsWorld;

TEST_CASE_METHOD(EndpointsTest, "an endpoint is made, described and kept", "[aws]") {
    const auto made = ask("CreateEndpoint", with("Description", "d"));

    json::Object expected = request();
    expected.set("Arn", "arn:aws:events:us-east-1:000000000000:endpoint/e");
    expected.set("ReplicationConfig", json::Object{{"State", "ENABLED"}});
    expected.set("State", "CREATING");
    CHECK(made.body == expected);
    restart();
    const auto described = ask("DescribeEndpoint", {{"Name", "e"}});
    const std::string id = described.text("EndpointId");
    CHECK(std::regex_match(id, std::regex{"[a-z2-7]{10}\\.veo"}));
    expected.set("State", "ACTIVE");
    expected.set("Description", "d");
    expected.set("EndpointId", id);
    expected.set("EndpointUrl", "https://" + id + ".endpoint.events.amazonaws.com");
    expected.set("CreationTime", 1767225600);
    expected.set("LastModifiedTime", 1767225600);
    CHECK(described.body == expected);
    CHECK(ask("CreateEndpoint", request()).error() == "ResourceAlreadyExistsException: Endpoint e already exists.");
    ask("CreateEndpoint", request("f"));
    CHECK(ask("DescribeEndpoint", {{"Name", "f"}}).text("EndpointId") != id);
}

TEST_CASE_METHOD(EndpointsTest, "its buses are of one name and account, in its region and that of its route", "[aws]") {
    const std::string invalid = "ValidationException: Parameter EventBuses is not valid. Reason: ";
    const auto error = [&](const std::string& first, const std::string& second) {
        return ask("CreateEndpoint", with("EventBuses", buses(first, second))).error();
    };

    CHECK(error("us-east-1:000000000000:event-bus/b", "us-west-2:000000000000:event-bus/c") ==
          invalid + "The event buses must have the same name.");
    CHECK(error("us-east-1:000000000000:event-bus/b", "us-west-2:123456789012:event-bus/b") ==
          invalid + "The event buses must belong to this account.");
    const std::string regions = invalid +
                                "One event bus must be in us-east-1, the other in the Region of the "
                                "secondary route, which is another one.";
    CHECK(error("us-east-1:000000000000:event-bus/b", "us-east-1:000000000000:event-bus/b") == regions);
    CHECK(error("us-east-1:000000000000:event-bus/b", "eu-west-1:000000000000:event-bus/b") == regions);
    CHECK(error("us-west-2:000000000000:event-bus/b", "us-east-1:000000000000:event-bus/b").empty());
}

TEST_CASE_METHOD(EndpointsTest, "a role is required while events are replicated", "[aws]") {
    json::Object input = request();
    input.remove("RoleArn");
    const std::string missing =
        "ValidationException: Parameter(s) RoleArn must be specified when replication is enabled.";

    CHECK(ask("CreateEndpoint", input).error() == missing);
    input.set("ReplicationConfig", json::Object{{"State", "DISABLED"}});
    CHECK(ask("CreateEndpoint", input).error().empty());
    CHECK(ask("UpdateEndpoint", {{"Name", "e"}, {"ReplicationConfig", json::Object{{"State", "ENABLED"}}}}).error() ==
          missing);
}

TEST_CASE_METHOD(EndpointsTest, "what is missing in, or against the rules for, an endpoint is told of", "[aws]") {
    const std::string fails = "' failed to satisfy constraint: Member must ";

    CHECK(ask("CreateEndpoint", {}).error() ==
          "ValidationException: 3 validation errors detected: Value null at 'name" + fails +
              "not be null; Value null at 'routingConfig" + fails + "not be null; Value null at 'eventBuses" + fails +
              "not be null");
    json::Array one = buses("us-east-1:000000000000:event-bus/b", "us-west-2:000000000000:event-bus/b");
    one.pop_back();
    CHECK(ask("CreateEndpoint", with("EventBuses", one)).error() ==
          "ValidationException: 1 validation error detected: Value '[EndpointEventBus(eventBusArn=arn:aws:events:us-"
          "east-1:000000000000:event-bus/b)]' at 'eventBuses" +
              fails + "have length greater than or equal to 2");
    CHECK(ask("CreateEndpoint", with("RoleArn", "role")).error() ==
          "ValidationException: 1 validation error detected: Value 'role' at 'roleArn" + fails +
              R"(satisfy regular expression pattern: ^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$)");
    const std::string long_name(65, 'a');
    const std::string too_long = "ValidationException: 1 validation error detected: Value '" + long_name +
                                 "' at 'name" + fails + "have length less than or equal to 64";
    for (const std::string operation : {"DescribeEndpoint", "DeleteEndpoint", "UpdateEndpoint"})
        CHECK(ask(operation, {{"Name", long_name}}).error() == too_long);
    CHECK(*ask("CreateEndpoint", with("RoutingConfig", "r")).body.find("__type") ==
          json::Value{"SerializationException"});
}

TEST_CASE_METHOD(EndpointsTest, "an update of an endpoint replaces what it gives and keeps the rest", "[aws]") {
    CHECK(ask("UpdateEndpoint", {{"Name", "e"}}).error() == kMissing);
    ask("CreateEndpoint", request());
    const auto before = ask("DescribeEndpoint", {{"Name", "e"}});
    clock.advance(std::chrono::seconds{10});

    const auto updated = ask("UpdateEndpoint", {{"Name", "e"}, {"Description", "d"}});

    CHECK(updated.text("State") == "UPDATING");
    CHECK(updated.text("EndpointId") == before.text("EndpointId"));
    CHECK(updated.body.find("Description") == nullptr);
    restart();
    json::Value expected = before.body;
    expected.as_object()->set("Description", "d");
    expected.as_object()->set("LastModifiedTime", 1767225610);
    CHECK(ask("DescribeEndpoint", {{"Name", "e"}}).body == expected);
}

TEST_CASE_METHOD(EndpointsTest, "a deleted endpoint is gone", "[aws]") {
    CHECK(ask("DeleteEndpoint", {{"Name", "e"}}).error() == kMissing);
    ask("CreateEndpoint", request());

    CHECK(ask("DeleteEndpoint", {{"Name", "e"}}).body == json::Object{});

    restart();
    CHECK(ask("DescribeEndpoint", {{"Name", "e"}}).error() == kMissing);
}

TEST_CASE_METHOD(EndpointsTest, "endpoints are listed by prefix, home region and page", "[aws]") {
    for (const std::string name : {"b2", "a", "b1"})
        ask("CreateEndpoint", request(name));

    CHECK(names(ask("ListEndpoints", {}).body) == "a b1 b2 ");
    const auto page = ask("ListEndpoints", {{"NamePrefix", "b"}, {"MaxResults", 1}});
    CHECK(names(page.body) == "b1 ");
    CHECK(names(ask("ListEndpoints", {{"NamePrefix", "b"}, {"NextToken", page.text("NextToken")}}).body) == "b2 ");
    CHECK(*ask("ListEndpoints", {{"NamePrefix", "a"}}).body.find("Endpoints")->as_array() ==
          json::Array{ask("DescribeEndpoint", {{"Name", "a"}}).body});
    account = "000000000000";
    region = "eu-west-1";
    CHECK(names(ask("ListEndpoints", {}).body).empty());
    CHECK(names(ask("ListEndpoints", {{"HomeRegion", "us-east-1"}}).body) == "a b1 b2 ");
    CHECK(ask("DescribeEndpoint", {{"Name", "a"}, {"HomeRegion", "us-east-1"}}).error().empty());
}

TEST_CASE_METHOD(EndpointsTest, "an account has at most 100 endpoints in a region", "[aws]") {
    REQUIRE(run(catalog->change([](bus::Edit& edit) {
        for (int i = 0; i < 99; ++i)
            edit.put(bus::Kind::Endpoint, bus::key_of({}, std::to_string(i)), {{"Name", std::to_string(i)}});
        return true;
    })));

    CHECK(ask("CreateEndpoint", request()).error().empty());
    CHECK(ask("CreateEndpoint", request("f")).error() ==
          "LimitExceededException: The requested resource exceeds the maximum number allowed.");
}

TEST_CASE_METHOD(EndpointsTest, "endpoints of other accounts are not seen", "[aws]") {
    ask("CreateEndpoint", request());

    account = "123456789012";
    CHECK(ask("DescribeEndpoint", {{"Name", "e"}}).error() == kMissing);
    CHECK(ask("DeleteEndpoint", {{"Name", "e"}}).error() == kMissing);
    CHECK(names(ask("ListEndpoints", {}).body).empty());
}

}  // namespace
}  // namespace rialto::api::aws
