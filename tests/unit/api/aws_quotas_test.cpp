#include "tests/unit/api/archives_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kFull = "LimitExceededException: The requested resource exceeds the maximum number allowed.";

struct QuotasTest : testing::EventsWorld {
    std::string make_bus(const std::string& name) { return ask("CreateEventBus", {{"Name", name}}).error(); }
    std::string put_rule(const std::string& name, const std::string& on = "default") {
        return ask("PutRule", {{"Name", name}, {"EventBusName", on}, {"EventPattern", R"({"source":["s"]})"}}).error();
    }
    std::string make_archive(const std::string& name) {
        return ask("CreateArchive", {{"ArchiveName", name},
                                     {"EventSourceArn", "arn:aws:events:us-east-1:000000000000:event-bus/default"}})
            .error();
    }
    static json::Object connection(const std::string& name) {
        return {{"Name", name},
                {"AuthorizationType", "API_KEY"},
                {"AuthParameters",
                 json::Object{{"ApiKeyAuthParameters", json::Object{{"ApiKeyName", "k"}, {"ApiKeyValue", "v"}}}}}};
    }
};

TEST_CASE_METHOD(QuotasTest, "AWS's defaults", "[aws]") {
    const model::Quotas aws;
    CHECK(aws.buses == 100);
    CHECK(aws.rules_per_bus == 300);
    CHECK(aws.targets_per_rule == 5);
    CHECK(aws.connections == 3000);
    CHECK(aws.api_destinations == 3000);
    CHECK(aws.endpoints == 100);
    CHECK(aws.concurrent_replays == 10);
}

TEST_CASE_METHOD(QuotasTest, "an account has so many buses in a Region, besides the default one", "[aws]") {
    quotas.buses = 2;
    must("UpdateEventBus", {{"Description", "not made by anybody"}});
    CHECK(make_bus("a").empty());
    CHECK(make_bus("b").empty());
    CHECK(make_bus("c") == kFull);
    CHECK(make_bus("a") == "ResourceAlreadyExistsException: Event bus a already exists.");

    account = "000000000000";
    region = "eu-west-1";
    CHECK(make_bus("c").empty());
    account = "111111111111";
    CHECK(make_bus("c").empty());
    account.clear();
    region = "us-east-1";

    must("DeleteEventBus", {{"Name", "a"}});
    CHECK(make_bus("c").empty());
}

TEST_CASE_METHOD(QuotasTest, "a bus has so many rules, its archives' among them", "[aws]") {
    quotas.rules_per_bus = 2;
    make_bus("b");
    CHECK(put_rule("one").empty());
    CHECK(make_archive("two").empty());
    CHECK(put_rule("three") == kFull);
    CHECK(make_archive("three") == kFull);
    CHECK(put_rule("one").empty());
    CHECK(put_rule("three", "b").empty());

    must("DeleteArchive", {{"ArchiveName", "two"}});
    CHECK(put_rule("three").empty());
}

TEST_CASE_METHOD(QuotasTest, "a rule has so many targets", "[aws]") {
    quotas.targets_per_rule = 1;
    put_rule("r");
    listen("r");
    listen("r");

    CHECK(ask("PutTargets",
              {{"Rule", "r"},
               {"Targets", json::Array{json::Object{{"Id", "other"},
                                                    {"Arn", "arn:aws:logs:us-east-1:000000000000:log-group:l"}}}}})
              .error() == kFull);
}

TEST_CASE_METHOD(QuotasTest, "an account has so many connections and API destinations in a Region", "[aws]") {
    quotas.connections = 1;
    quotas.api_destinations = 1;
    const std::string arn = *must("CreateConnection", connection("a")).find("ConnectionArn")->as_string();
    const auto destination = [&arn](const std::string& name) {
        return json::Object{{"Name", name},
                            {"ConnectionArn", arn},
                            {"InvocationEndpoint", "https://example.org"},
                            {"HttpMethod", "POST"}};
    };
    must("CreateApiDestination", destination("a"));

    CHECK(ask("CreateConnection", connection("b")).error() == kFull);
    CHECK(ask("CreateApiDestination", destination("b")).error() == kFull);
    account = "000000000000";
    region = "eu-west-1";
    CHECK(ask("CreateConnection", connection("b")).error().empty());
}

TEST_CASE_METHOD(QuotasTest, "what the configuration declares neither counts nor is limited", "[aws]") {
    quotas.buses = 1;
    quotas.rules_per_bus = 1;
    REQUIRE(run(catalog->declare(
        {.buses = {{"default", {testing::rule("one", kAny), testing::rule("two", kAny)}}, {"x", {}}, {"y", {}}},
         .archives = {{.name = "a"}}})));

    CHECK(make_bus("b").empty());
    CHECK(make_bus("c") == kFull);
    CHECK(put_rule("three").empty());
    CHECK(put_rule("four") == kFull);
    CHECK(ask("DescribeRule", {{"Name", "two"}}).error().empty());
}

TEST_CASE_METHOD(testing::ArchivesWorld, "an account has so many replays under way", "[aws]") {
    protocol.reset();
    quotas.concurrent_replays = 1;
    store->flaky_archives.failing_writes = 1'000'000;  // so that they do not end

    CHECK(ask("StartReplay", replay("one")).error().empty());
    CHECK(ask("StartReplay", replay("two")).error() == kFull);
}

}  // namespace
}  // namespace rialto::api::aws
