#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

struct DeclaredTest : testing::EventsWorld {
    DeclaredTest() {
        model::Connection connection{.name = "c", .description = "calls"};
        connection.credentials = model::Connection::Basic{.username = "u", .password = Secret{"p"}};
        const Status now = run(catalog->declare(
            {.buses = {{.name = "default", .rules = {testing::rule("r", kAny)}},
                       {.name = "shop", .rules = {}, .description = "sells"},
                       {.name = "bare", .rules = {}}},
             .archives = {{.name = "a", .description = "keeps", .retention_days = 3}},
             .connections = {connection},
             .api_destinations = {{.name = "d", .connection = "c", .endpoint = "https://example.org/"}}}));
        REQUIRE(now);
    }
};

constexpr const char* kDeclared = " is declared in the server's configuration.";

TEST_CASE_METHOD(DeclaredTest, "what the configuration declares is described as what clients make", "[aws]") {
    const auto connection = ask("DescribeConnection", {{"Name", "c"}});
    CHECK(connection.text("ConnectionState") == "AUTHORIZED");
    CHECK(connection.text("Description") == "calls");
    CHECK(*connection.body.find("AuthParameters") ==
          json::parse(R"({"BasicAuthParameters":{"Username":"u"}})").value());
    const auto destination = ask("DescribeApiDestination", {{"Name", "d"}});
    CHECK(destination.text("ApiDestinationState") == "ACTIVE");
    CHECK(destination.text("ConnectionArn") == connection.text("ConnectionArn"));
    const auto archive = ask("DescribeArchive", {{"ArchiveName", "a"}});
    CHECK(archive.text("State") == "ENABLED");
    CHECK(*archive.body.find("RetentionDays") == json::Value{3});
    CHECK(ask("DescribeEventBus", {{"Name", "shop"}}).text("Description") == "sells");
    CHECK(ask("DescribeRule", {{"Name", "r"}}).text("ManagedBy") == "rialto.config");
    CHECK(ask("ListConnections", {}).body.find("Connections")->as_array()->size() == 1);
    CHECK(ask("ListApiDestinations", {}).body.find("ApiDestinations")->as_array()->size() == 1);
    CHECK(ask("ListArchives", {}).body.find("Archives")->as_array()->size() == 1);
}

TEST_CASE_METHOD(DeclaredTest, "clients cannot change what the configuration declares", "[aws]") {
    const json::Object shop{{"Name", "shop"}, {"Description", "x"}};
    const std::string shop_arn = "arn:aws:events:us-east-1:000000000000:event-bus/shop";
    const json::Array tags{json::Object{{"Key", "k"}, {"Value", "v"}}};
    const std::tuple<std::string, json::Object, std::string> cases[] = {
        {"UpdateConnection", {{"Name", "c"}, {"Description", "x"}}, "Connection 'c'"},
        {"DeauthorizeConnection", {{"Name", "c"}}, "Connection 'c'"},
        {"DeleteConnection", {{"Name", "c"}}, "Connection 'c'"},
        {"UpdateApiDestination",
         {{"Name", "d"}, {"Description", "x"}},
         "Failed to update the api-destination(s). An api-destination 'd'"},
        {"DeleteApiDestination", {{"Name", "d"}}, "Failed to delete the api-destination(s). An api-destination 'd'"},
        {"UpdateArchive", {{"ArchiveName", "a"}, {"Description", "x"}}, "Archive a"},
        {"DeleteArchive", {{"ArchiveName", "a"}}, "Archive a"},
        {"UpdateEventBus", shop, "Event bus shop"},
        {"DeleteEventBus", {{"Name", "shop"}}, "Event bus shop"},
        {"DeleteEventBus", {{"Name", "bare"}}, "Event bus bare"},
        {"PutPermission",
         {{"EventBusName", "shop"}, {"StatementId", "s"}, {"Action", "events:PutEvents"}, {"Principal", "*"}},
         "Event bus shop"},
        {"RemovePermission", {{"EventBusName", "shop"}, {"RemoveAllPermissions", true}}, "Event bus shop"},
        {"TagResource", {{"ResourceARN", shop_arn}, {"Tags", tags}}, "Event bus shop"},
    };

    for (const auto& [operation, input, what] : cases) {
        INFO(operation);
        CHECK(ask(operation, input).error() == "ValidationException: " + what + kDeclared);
    }
    for (const char* rule : {"r", "Events-Archive-a"})
        CHECK(ask("DeleteRule", {{"Name", rule}, {"Force", true}}).error() ==
              "ManagedRuleException: " + std::string{rule} + " is a managed rule.");
    CHECK(ask("CreateConnection",
              {{"Name", "c"},
               {"AuthorizationType", "BASIC"},
               {"AuthParameters",
                json::Object{{"BasicAuthParameters", json::Object{{"Username", "u"}, {"Password", "p"}}}}}})
              .error() == "ResourceAlreadyExistsException: Connection 'c' already exists.");
}

TEST_CASE_METHOD(DeclaredTest, "clients may give settings to a declared bus that has none", "[aws]") {
    CHECK(ask("UpdateEventBus", {{"Name", "bare"}, {"Description", "x"}}).error().empty());

    CHECK(ask("DescribeEventBus", {{"Name", "bare"}}).text("Description") == "x");
}

}  // namespace
}  // namespace rialto::api::aws
