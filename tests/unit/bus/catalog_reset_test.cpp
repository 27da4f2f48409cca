#include "tests/support/catalog_world.hpp"

namespace rialto::bus {
namespace {

using testing::rule;

struct CatalogResetTest : testing::CatalogWorld {
    CatalogResetTest() {
        const Status declared = run(catalog->declare({.buses = {{"default", {rule("declared", kAny)}}}}));
        REQUIRE(declared);
    }

    void make(Kind kind, const std::string& key, const json::Object& document) {
        const Status made = run(catalog->change([&](Edit& edit) {
            edit.put(kind, key, document);
            return true;
        }));
        REQUIRE(made);
    }
    void make_rule(const std::string& bus, const std::string& name) {
        make(Kind::Rule, rule_key({}, bus, name),
             {{"Name", name},
              {"EventPattern", kAny},
              {"State", "ENABLED"},
              {"Targets", json::Array{json::Object{
                              {"Id", "l"}, {"Arn", "arn:aws:logs:us-east-1:000000000000:log-group:" + name}}}}});
    }

    std::size_t count(Kind kind) const {
        return catalog->read([&](const Resources& resources) { return resources.list(kind, "").size(); });
    }
    std::size_t owed_by(const std::string& on) {
        std::size_t owed = 0;
        for (const auto& event : bus->route(on, bus->make_event("s", "t", "{}")))
            owed += event.deliveries.size();
        return owed;
    }
};

TEST_CASE_METHOD(CatalogResetTest, "a reset removes what clients made and keeps what is declared", "[catalog]") {
    make(Kind::Bus, key_of({}, "orders"), {{"Name", "orders"}});
    make(Kind::Bus, key_of({}, "default"), {{"Name", "default"}, {"Description", "mine"}});
    make_rule("orders", "made");
    make_rule("default", "made");
    REQUIRE(owed_by("orders") == 1);
    REQUIRE(owed_by("default") == 2);

    CHECK(run(catalog->reset()));

    CHECK(count(Kind::Bus) == 1);
    CHECK(count(Kind::Rule) == 1);
    CHECK_FALSE(bus->has("orders"));
    CHECK(owed_by("default") == 1);
    const auto left = catalog->read([](const Resources& r) { return r.find(Kind::Bus, key_of({}, "default")); });
    REQUIRE(left);
    CHECK(left->find("Description") == nullptr);
}

TEST_CASE_METHOD(CatalogResetTest, "a reset outlives a restart", "[catalog]") {
    make_rule("default", "made");
    CHECK(run(catalog->reset()));

    declared.buses = {{"default", {rule("declared", kAny)}}};
    restart();

    CHECK(count(Kind::Rule) == 1);
    CHECK(owed_by("default") == 1);
}

TEST_CASE_METHOD(CatalogResetTest, "a reset keeps when declared rules fired, and forgets it of the others",
                 "[catalog]") {
    make_rule("default", "made");
    for (const char* name : {"made", "declared"})
        make(Kind::Fired, rule_key({}, "default", name), {{"At", 1}});

    CHECK(run(catalog->reset()));

    CHECK(count(Kind::Fired) == 1);
    CHECK(catalog->read([](const Resources& r) { return r.find(Kind::Fired, rule_key({}, "default", "declared")); }));
}

TEST_CASE_METHOD(CatalogResetTest, "after a reset anything can be made again", "[catalog]") {
    make_rule("default", "made");
    CHECK(run(catalog->reset()));
    CHECK(run(catalog->reset()));

    make_rule("default", "made");

    CHECK(owed_by("default") == 2);
}

}  // namespace
}  // namespace rialto::bus
