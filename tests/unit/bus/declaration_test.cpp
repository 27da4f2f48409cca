#include "rialto/model/declaration.hpp"

#include "rialto/bus/archive_rule.hpp"
#include "tests/support/catalog_world.hpp"

namespace rialto::bus {
namespace {

using testing::rule;

model::Connection oauth_connection() {
    model::Connection connection{.name = "c"};
    connection.credentials = model::Connection::OAuth{
        .client_id = "id", .client_secret = Secret{"s"}, .endpoint = "https://login.example.org/token"};
    connection.parameters.headers = {{"X-Token", Secret{"t"}, true}};
    return connection;
}

model::Declaration everything() {
    return {.buses = {{"default", {}}},
            .archives = {{.name = "a", .pattern = R"({"source":["s"]})", .retention_days = 3}},
            .connections = {oauth_connection()},
            .api_destinations = {{.name = "d", .connection = "c", .endpoint = "https://example.org/*"}}};
}

struct DeclarationTest : testing::CatalogWorld {
    Document find(Kind kind, const std::string& name) const {
        return catalog->read([&](const Resources& resources) {
            return resources.find(kind, kind == Kind::Rule ? rule_key({}, "default", name) : key_of({}, name));
        });
    }
    std::string text(Kind kind, const std::string& name, std::string_view member) const {
        const Document found = find(kind, name);
        const json::Value* value = found ? found->find(member) : nullptr;
        return value && value->as_string() ? *value->as_string() : std::string{};
    }
    void declare(model::Declaration declaration) {
        const Status declared_now = run(catalog->declare(std::move(declaration)));
        REQUIRE(declared_now);
    }

    static model::Declaration ticking(const std::string& schedule, bool enabled = true) {
        auto tick = rule("tick", "");
        tick.schedule = schedule;
        tick.enabled = enabled;
        return {.buses = {{"default", {tick}}}};
    }
};

TEST_CASE_METHOD(DeclarationTest, "declared resources are documents as clients make them", "[bus]") {
    declare(everything());

    const std::string arn = model::declared_arn("us-east-1", "000000000000", "connection", "c");
    const std::string destination = model::declared_arn("us-east-1", "000000000000", "api-destination", "d");
    const Document connection = find(Kind::Connection, "c");
    REQUIRE(connection);
    CHECK(*connection->find("AuthParameters") ==
          json::parse(R"({"OAuthParameters":{"ClientParameters":{"ClientID":"id","ClientSecret":"s"},)"
                      R"("AuthorizationEndpoint":"https://login.example.org/token","HttpMethod":"POST"},)"
                      R"("InvocationHttpParameters":{"HeaderParameters":[)"
                      R"({"Key":"X-Token","Value":"t","IsValueSecret":true}]}})")
              .value());
    CHECK(text(Kind::Connection, "c", "ConnectionArn") == arn);
    CHECK(text(Kind::Connection, "c", "ConnectionState") == "AUTHORIZED");
    CHECK(text(Kind::ApiDestination, "d", "ApiDestinationArn") == destination);
    CHECK(text(Kind::ApiDestination, "d", "ConnectionArn") == arn);
    CHECK(text(Kind::Archive, "a", "EventSourceArn") == "arn:aws:events:us-east-1:000000000000:event-bus/default");
    CHECK(text(Kind::Rule, "Events-Archive-a", "Archive") == "arn:aws:events:us-east-1:000000000000:archive/a");
    for (const auto& [kind, name] :
         {std::pair{Kind::Connection, "c"}, {Kind::ApiDestination, "d"}, {Kind::Archive, "a"}})
        CHECK(text(kind, name, "ManagedBy") == kManagedByConfig);
}

TEST_CASE_METHOD(DeclarationTest, "what is declared is the same after a restart, and its version after a change not",
                 "[bus]") {
    declare(everything());
    const auto before = std::pair{*find(Kind::Connection, "c"), *find(Kind::ApiDestination, "d")};

    clock.advance(1h);
    declared = everything();
    restart();

    CHECK(json::Value{*find(Kind::Connection, "c")} == json::Value{before.first});
    CHECK(json::Value{*find(Kind::ApiDestination, "d")} == json::Value{before.second});
    auto changed = everything();
    changed.connections.front().parameters.headers.front().value = Secret{"other"};
    declare(changed);
    CHECK(text(Kind::Connection, "c", "Version") != *before.first.find("Version")->as_string());
    CHECK(text(Kind::Connection, "c", "ConnectionArn") == *before.first.find("ConnectionArn")->as_string());
}

TEST_CASE_METHOD(DeclarationTest, "a declaration replaces the one before, whole or not at all", "[bus]") {
    declare(everything());

    auto wrong = everything();
    wrong.connections.clear();
    wrong.buses.front().rules.push_back(rule("r", "{"));
    CHECK_FALSE(run(catalog->declare(wrong)));
    CHECK(find(Kind::Connection, "c"));

    declare({.buses = {{"default", {}}}});
    for (const auto& [kind, name] : {std::pair{Kind::Connection, "c"},
                                     {Kind::ApiDestination, "d"},
                                     {Kind::Archive, "a"},
                                     {Kind::Rule, "Events-Archive-a"}})
        CHECK_FALSE(find(kind, name));
}

TEST_CASE_METHOD(DeclarationTest, "events that a declared archive's pattern matches are owed to the archive", "[bus]") {
    declare(everything());

    const auto owed_to_archive = bus->route("default", bus->make_event("s", "t", "{}"));
    const auto owed_to_nobody = bus->route("default", bus->make_event("other", "t", "{}"));

    REQUIRE(owed_to_archive.size() == 1);
    CHECK(owed_to_archive[0].deliveries.size() == 1);
    CHECK(owed_to_nobody.empty());
}

TEST_CASE_METHOD(DeclarationTest, "a target that is named by its ARN is what the ARN stands for", "[bus]") {
    auto by_arn = rule("r", kAny);
    by_arn.targets.front().kind = model::ForeignTarget{"arn:aws:logs:us-east-1:000000000000:log-group:all"};
    declare({.buses = {{"default", {by_arn}}}});

    REQUIRE(run(bus->put("default", bus->make_event("s", "t", "{}"))));
    settle();

    CHECK(fake.attempts.size() == 1);
    const json::Array& targets = *find(Kind::Rule, "r")->find("Targets")->as_array();
    CHECK(*targets[0].find("Arn")->as_string() == "arn:aws:logs:us-east-1:000000000000:log-group:all");
}

TEST_CASE_METHOD(DeclarationTest, "a target's parameters are shown as AWS has them", "[bus]") {
    auto calling = rule("r", kAny);
    calling.targets.front().kind =
        model::ApiDestinationTarget{.arn = "arn:aws:events:us-east-1:000000000000:api-destination/d/1",
                                    .headers = {{"X-A", "b"}},
                                    .query = {{"c", "d"}},
                                    .path_values = {"1"}};
    declare({.buses = {{"default", {calling}}}});

    const json::Array& targets = *find(Kind::Rule, "r")->find("Targets")->as_array();
    CHECK(*targets[0].find("HttpParameters") ==
          json::parse(R"({"PathParameterValues":["1"],"HeaderParameters":{"X-A":"b"},)"
                      R"("QueryStringParameters":{"c":"d"}})")
              .value());
}

TEST_CASE_METHOD(DeclarationTest, "a bus's settings are the file's if it has any, and otherwise the clients'",
                 "[bus]") {
    declare({.buses = {{"default", {}}, {"shop", {}}}});
    REQUIRE(run(catalog->change([](Edit& edit) {
        edit.put(Kind::Bus, key_of({}, "shop"), {{"Name", "shop"}, {"Description", "a client's"}});
        return true;
    })));
    CHECK(text(Kind::Bus, "shop", "Description") == "a client's");

    declare({.buses = {{"default", {}}, {.name = "shop", .rules = {}, .description = "the file's"}}});

    CHECK(text(Kind::Bus, "shop", "Description") == "the file's");
    const auto listed = catalog->read([](const Resources& resources) { return resources.list(Kind::Bus, ""); });
    REQUIRE(listed.size() == 2);
    CHECK(*listed[1].second->find("Description") == json::Value{"the file's"});
}

TEST_CASE_METHOD(DeclarationTest, "what clients made rests while the file declares another of its name", "[bus]") {
    const auto [kind, key, name] = GENERATE(table<Kind, std::string, std::string>({
        {Kind::Rule, rule_key({}, "default", "r"), "r"},
        {Kind::Connection, key_of({}, "c"), "c"},
        {Kind::ApiDestination, key_of({}, "d"), "d"},
        {Kind::Archive, key_of({}, "a"), "a"},
    }));
    CAPTURE(key);
    REQUIRE(run(catalog->change([&](Edit& edit) {
        edit.put(kind, key, {{"Name", name}, {"Description", "a client's"}, {"EventPattern", "{\"source\":[\"x\"]}"}});
        return true;
    })));
    auto declaration = everything();
    declaration.buses.front().rules.push_back(rule("r", kAny));

    declare(declaration);
    CHECK(text(kind, name, "ManagedBy") == kManagedByConfig);
    CHECK(text(kind, name, "Description").empty());
    CHECK(catalog->read([&, k = kind](const Resources& resources) { return resources.list(k, key).size(); }) == 1);

    declared = declaration;
    restart();
    CHECK(text(kind, name, "ManagedBy") == kManagedByConfig);

    declare({.buses = {{"default", {}}}});
    CHECK(text(kind, name, "Description") == "a client's");
}

TEST_CASE_METHOD(DeclarationTest, "an archive that rests records nothing, on whatever bus its rule is", "[bus]") {
    const std::string shop = "arn:aws:events:us-east-1:000000000000:event-bus/shop";
    declare({.buses = {{"default", {}}, {"shop", {}}}});
    REQUIRE(run(catalog->change([&](Edit& edit) {
        json::Object archive{{"ArchiveName", "a"}, {"EventSourceArn", shop}, {"State", "ENABLED"}};
        auto [rule, document] = archive_rule({}, archive, 0);
        edit.put(Kind::Rule, std::move(rule), std::move(document));
        edit.put(Kind::Archive, key_of({}, "a"), std::move(archive));
        return true;
    })));
    const auto archivers = [this](const std::string& on) {
        const auto owed = bus->route(on, bus->make_event("s", "t", "{}"));
        return owed.empty() ? 0 : owed[0].deliveries.size();
    };
    const auto rules_of_shop = [this] {
        return catalog
            ->read([](const Resources& resources) { return resources.list(Kind::Rule, key_of({}, "shop:"), 1); })
            .size();
    };
    CHECK(archivers("shop") == 1);
    CHECK(rules_of_shop() == 1);

    declare({.buses = {{"default", {}}, {"shop", {}}}, .archives = {{.name = "a"}}});
    CHECK(archivers("default") == 1);
    CHECK(archivers("shop") == 0);
    CHECK(rules_of_shop() == 0);

    declare({.buses = {{"default", {}}, {"shop", {}}}});
    CHECK(archivers("default") == 0);
    CHECK(archivers("shop") == 1);
    CHECK(rules_of_shop() == 1);
}

TEST_CASE_METHOD(DeclarationTest, "a declared schedule fires from its declaration on", "[bus]") {
    pass(90s);

    declare(ticking("rate(1 minute)"));
    pass(59s);
    CHECK(fake.attempts.empty());
    pass(1s);

    CHECK(detail_types("tick") == std::vector<std::string>{"Scheduled Event"});
}

TEST_CASE_METHOD(DeclarationTest, "of the ticks of a declared schedule missed while down the latest is fired",
                 "[bus]") {
    declare(ticking("rate(1 minute)"));
    pass(1min);
    REQUIRE(fake.attempts.size() == 1);

    close_catalog();
    declared = ticking("rate(1 minute)");
    clock.advance(3min);
    restart();
    settle();

    CHECK(fake.attempts.size() == 2);
}

TEST_CASE_METHOD(DeclarationTest, "a declared schedule that is changed, or was off, begins anew", "[bus]") {
    for (const auto& [before, after] : {std::pair{ticking("rate(1 hour)"), ticking("rate(2 minutes)")},
                                        {ticking("rate(2 minutes)", false), ticking("rate(2 minutes)")},
                                        {model::Declaration{.buses = {{"default", {}}}}, ticking("rate(2 minutes)")}}) {
        declare(before);
        pass(5min);
        const auto fired = fake.attempts.size();

        declare(after);
        settle();
        CHECK(fake.attempts.size() == fired);
        pass(2min);
        CHECK(fake.attempts.size() == fired + 1);
    }
}

TEST_CASE_METHOD(DeclarationTest, "a declaration whose marks cannot be stored changes nothing", "[bus]") {
    store->flaky_resources.failing_writes = 1;

    CHECK_FALSE(run(catalog->declare(ticking("rate(1 minute)"))));

    CHECK_FALSE(find(Kind::Rule, "tick"));
    CHECK_FALSE(find(Kind::Fired, "default:tick"));
    declare(ticking("rate(1 minute)"));
    CHECK(find(Kind::Fired, "default:tick"));
}

}  // namespace
}  // namespace rialto::bus
