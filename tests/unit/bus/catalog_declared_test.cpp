#include "catalog_fixture.hpp"

namespace rialto::bus {
namespace {

TEST_CASE_METHOD(CatalogTest, "declared and made rules stand side by side", "[catalog]") {
    REQUIRE(declare({{"default", {of_file("f")}}, {"b", {}}}));
    REQUIRE(put_rule("m"));
    REQUIRE(put_rule("m", "b"));

    CHECK(keys(Kind::Rule) == "b:m default:f default:m ");
    CHECK(heard_on("default") == "f m ");
    CHECK(heard_on("b") == "b/m ");
    const Document declared = find(Kind::Rule, rule_key(kOurs, "default", "f"));
    CHECK(json::write(*declared) ==
          R"({"Name":"f","EventPattern":"{\"source\":[\"s\"]}","State":"ENABLED","ManagedBy":"rialto.config",)"
          R"("EventBusName":"default","CreatedBy":"000000000000","Since":1767225600000,)"
          R"("Targets":[{"Id":"f","Arn":"arn:aws:logs:us-east-1:000000000000:log-group:events"}]})");
    catalog->read([](const Resources& resources) {
        CHECK(resources.is_declared(Kind::Rule, rule_key(kOurs, "default", "f")));
        CHECK(resources.is_declared(Kind::Bus, key_of(kOurs, "b")));
        CHECK_FALSE(resources.is_declared(Kind::Rule, rule_key(kOurs, "default", "m")));
        return 0;
    });
}

TEST_CASE_METHOD(CatalogTest, "of two rules of one name the declared one is in force, for as long as it is there",
                 "[catalog]") {
    REQUIRE(put_rule("r"));
    model::Rule shadow = of_file("r");
    shadow.pattern = R"({"source":["other"]})";
    REQUIRE(declare({{"default", {shadow}}}));
    CHECK(heard_on("default").empty());
    CHECK(keys(Kind::Rule) == "default:r ");
    CHECK(find(Kind::Rule, rule_key(kOurs, "default", "r"))->find("ManagedBy"));

    REQUIRE(declare({{"default", {}}}));
    CHECK(heard_on("default") == "r ");
    CHECK_FALSE(find(Kind::Rule, rule_key(kOurs, "default", "r"))->find("ManagedBy"));
}

TEST_CASE_METHOD(CatalogTest, "a client's settings of a declared bus stay", "[catalog]") {
    REQUIRE(declare({{"default", {}}, {"b", {of_file("f")}}}));
    REQUIRE(put(Kind::Bus, key_of(kOurs, "b"), {{"Name", "b"}, {"Policy", "p"}}));
    CHECK(heard_on("b") == "b/f ");
    REQUIRE(declare({{"default", {}}, {"b", {of_file("g")}}}));

    CHECK(*find(Kind::Bus, key_of(kOurs, "b"))->find("Policy")->as_string() == "p");
    CHECK(heard_on("b") == "b/g ");
}

TEST_CASE_METHOD(CatalogTest, "a new declaration adds, changes and removes", "[catalog]") {
    REQUIRE(declare({{"default", {of_file("a"), of_file("b")}}}));
    CHECK(heard_on("default") == "a b ");
    model::Rule off = of_file("b");
    off.enabled = false;

    REQUIRE(declare({{"default", {off, of_file("c")}}, {"new", {of_file("d")}}}));

    CHECK(heard_on("default") == "c ");
    CHECK(heard_on("new") == "new/d ");
    CHECK(*find(Kind::Rule, rule_key(kOurs, "default", "b"))->find("State")->as_string() == "DISABLED");
}

TEST_CASE_METHOD(CatalogTest, "the API's rules wait for a declared bus that went, and are back with it", "[catalog]") {
    const bool restarted = GENERATE(false, true);
    CAPTURE(restarted);
    declared.buses = {{"default", {}}, {"b", {of_file("f")}}};
    REQUIRE(declare(declared.buses));
    REQUIRE(put_rule("m", "b"));
    CHECK(heard_on("b") == "b/f b/m ");

    declared.buses.pop_back();
    REQUIRE(declare(declared.buses));
    if (restarted)
        restart();
    CHECK_FALSE(bus->has("b"));
    CHECK(heard_on("b").empty());

    declared.buses.push_back({"b", {of_file("g")}});
    REQUIRE(declare(declared.buses));
    CHECK(heard_on("b") == "b/g b/m ");
}

TEST_CASE_METHOD(CatalogTest, "the bus default stays, declared or not", "[catalog]") {
    REQUIRE(declare({{"default", {of_file("f")}}}));
    REQUIRE(put_rule("m"));

    REQUIRE(declare({}));

    CHECK(heard_on("default") == "m ");
}

TEST_CASE_METHOD(CatalogTest, "what AWS has no words for is put in force as well", "[catalog]") {
    testing::FakeTarget mails;
    targets.add<model::EmailTarget>(mails);
    std::string path;
    mails.answer = [&path](const delivery::Attempt& attempt) {
        path = std::get<model::EmailTarget>(attempt.target).topic_path;
        return delivery::Outcome{delivery::Delivered{}};
    };
    model::Rule mail = of_file("f");
    mail.targets[0].kind = model::EmailTarget{.topic_path = "$.detail.a", .topic = {}};
    REQUIRE(declare({{"default", {mail}}}));
    mail.targets[0].kind = model::EmailTarget{.topic_path = "$.detail.b", .topic = {}};
    REQUIRE(declare({{"default", {mail}}}));

    CHECK(heard_on("default").empty());
    CHECK(path == "$.detail.b");
}

TEST_CASE_METHOD(CatalogTest, "a declaration that cannot be taken changes nothing", "[catalog]") {
    REQUIRE(declare({{"default", {of_file("f")}}}));
    model::Rule broken = of_file("g");
    broken.pattern = "{";
    CHECK(declare({{"default", {broken}}}).error().code == Errc::InvalidArgument);
    model::Rule circle = of_file("g");
    circle.targets[0].kind = model::BusTarget{.bus = "default"};
    CHECK(declare({{"default", {circle}}}).error().code == Errc::InvalidArgument);
    store->flaky_deliveries.failing_writes = 1;
    CHECK(declare({{"default", {of_file("g")}}}).error().code == Errc::Unavailable);

    CHECK(heard_on("default") == "f ");
    CHECK(keys(Kind::Rule) == "default:f ");
    CHECK(declare({{"default", {of_file("g")}}}));
    CHECK(heard_on("default") == "g ");
}

}  // namespace
}  // namespace rialto::bus
