#include "rialto/bus/catalog.hpp"

#include "catalog_fixture.hpp"

namespace rialto::bus {
namespace {

TEST_CASE_METHOD(CatalogTest, "what is made takes effect at once and survives a restart", "[catalog]") {
    REQUIRE(put_bus("b"));
    REQUIRE(put_rule("r", "b"));
    CHECK(heard_on("b") == "b/r ");

    restart();

    CHECK(keys(Kind::Bus) == "b default ");
    CHECK(keys(Kind::Rule) == "b:r ");
    CHECK(json::Value{*find(Kind::Rule, rule_key(kOurs, "b", "r"))} == json::Value{made("r", "b")});
    CHECK(heard_on("b") == "b/r ");
}

TEST_CASE_METHOD(CatalogTest, "what is erased is gone, also after a restart", "[catalog]") {
    REQUIRE(put_rule("r"));
    REQUIRE(put_rule("s"));
    REQUIRE(erase(Kind::Rule, rule_key(kOurs, "default", "r")));
    CHECK(heard_on("default") == "s ");

    restart();

    CHECK(keys(Kind::Rule) == "default:s ");
    CHECK(heard_on("default") == "s ");
}

TEST_CASE_METHOD(CatalogTest, "a bus that is erased takes no more events", "[catalog]") {
    REQUIRE(put_bus("b"));
    REQUIRE(put_rule("r", "b"));
    REQUIRE(run(catalog->change([](Edit& edit) {
        edit.erase(Kind::Rule, rule_key(kOurs, "b", "r"));
        edit.erase(Kind::Bus, key_of(kOurs, "b"));
        return true;
    })));
    CHECK(heard_on("b").empty());
    CHECK_FALSE(bus->has("b"));

    REQUIRE(put_bus("b"));
    CHECK(heard_on("b").empty());
    REQUIRE(put_rule("again", "b"));
    CHECK(heard_on("b") == "b/again ");
}

TEST_CASE_METHOD(CatalogTest, "rules without their bus do not make one", "[catalog]") {
    REQUIRE(put_rule("r", "nowhere"));
    CHECK_FALSE(bus->has("nowhere"));
    CHECK(heard_on("nowhere").empty());
    restart();
    CHECK_FALSE(bus->has("nowhere"));

    REQUIRE(put_bus("nowhere"));
    CHECK(heard_on("nowhere") == "nowhere/r ");
    REQUIRE(erase(Kind::Bus, key_of(kOurs, "nowhere")));
    REQUIRE(erase(Kind::Rule, rule_key(kOurs, "nowhere", "r")));
    CHECK_FALSE(bus->has("nowhere"));
}

TEST_CASE_METHOD(CatalogTest, "an edit sees what it did, and nothing happens if it says no", "[catalog]") {
    REQUIRE(put_rule("a"));
    std::string seen;
    REQUIRE(run(catalog->change([&](Edit& edit) {
        edit.put(Kind::Rule, rule_key(kOurs, "default", "b"), made("b"));
        edit.erase(Kind::Rule, rule_key(kOurs, "default", "a"));
        edit.put(Kind::Rule, rule_key(kOurs, "default", "c"), made("c"));
        for (const auto& [key, document] : edit.list(Kind::Rule, key_of(kOurs, "default") + ':'))
            seen += names_in(key).rule;
        CHECK_FALSE(edit.find(Kind::Rule, rule_key(kOurs, "default", "a")));
        CHECK(edit.list(Kind::Rule, key_of(kOurs, ""), 1).size() == 1);
        CHECK(edit.list(Kind::Rule, key_of(kOurs, ""), 9, rule_key(kOurs, "default", "b")).size() == 1);
        return false;
    })));

    CHECK(seen == "bc");
    CHECK(keys(Kind::Rule) == "default:a ");
    CHECK(heard_on("default") == "a ");
}

TEST_CASE_METHOD(CatalogTest, "a pattern that is not valid changes nothing", "[catalog]") {
    json::Object broken = made("r");
    broken.set("EventPattern", "{");
    const std::size_t before = stored();

    const Status changed = put(Kind::Rule, rule_key(kOurs, "default", "r"), broken);

    REQUIRE_FALSE(changed);
    CHECK(changed.error().code == Errc::InvalidArgument);
    CHECK(keys(Kind::Rule).empty());
    CHECK(stored() == before);
    CHECK(put_rule("r"));
}

TEST_CASE_METHOD(CatalogTest, "events of a change are dispatched once it is stored", "[catalog]") {
    REQUIRE(put_rule("r"));
    const auto change = [this](Edit& edit, storage::Outbox& outbox) {
        edit.put(Kind::Fired, rule_key(kOurs, "default", "r"), {{"At", 1}});
        outbox = bus->route_to("default", "r", bus->make_event("any", "t", "{}"));
        return true;
    };
    store->flaky_resources.failing_writes = 1;
    CHECK_FALSE(run(catalog->change(Catalog::Change{change})));
    settle();
    CHECK(fake.attempts.empty());

    CHECK(run(catalog->change(Catalog::Change{change})));
    settle();
    CHECK(heard("r").size() == 1);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(CatalogTest, "listeners are told of what was changed, and at the start of everything", "[catalog]") {
    REQUIRE(put_rule("r"));
    told.clear();
    REQUIRE(run(catalog->change([](Edit&) { return true; })));
    REQUIRE(run(catalog->change([](Edit& edit) {
        edit.put(Kind::Rule, "k", {});
        return false;
    })));
    CHECK(told.empty());

    REQUIRE(put_bus("b"));
    CHECK(told == std::vector<Catalog::Key>{{Kind::Bus, key_of(kOurs, "b")}});

    told.clear();
    restart();
    CHECK(told == std::vector<Catalog::Key>{{Kind::Bus, key_of(kOurs, "b")},
                                            {Kind::Bus, key_of(kOurs, "default")},
                                            {Kind::Rule, rule_key(kOurs, "default", "r")}});
}

TEST_CASE_METHOD(CatalogTest, "two owners may have things of one name", "[catalog]") {
    REQUIRE(put_bus("b"));
    REQUIRE(put_bus("b", kOther));
    REQUIRE(put_rule("ours", "b"));
    REQUIRE(put_rule("theirs", "b", kOther));
    REQUIRE(put_rule("standard", "default", kOther));

    const auto check = [this] {
        CHECK(heard_on("b") == "b/ours ");
        CHECK(heard_on("111111111111:us-east-1:b") == "b/theirs ");
        CHECK(heard_on("111111111111:us-east-1:default") == "standard ");
        CHECK(heard_on("default").empty());
        CHECK(keys(Kind::Rule, key_of(kOther, "")) == "b:theirs default:standard ");
        CHECK(keys(Kind::Rule, key_of(kOurs, "")) == "b:ours ");
    };
    check();
    restart();
    check();
    CHECK(find(Kind::Bus, key_of(kOther, "b")));
    REQUIRE(erase(Kind::Bus, key_of(kOther, "b")));
    CHECK(heard_on("b") == "b/ours ");
    CHECK(heard_on("111111111111:us-east-1:b").empty());
}

TEST_CASE("keys are made of names, and names of keys", "[catalog]") {
    const RuleName name = names_in(rule_key(kOther, "aws.partner/a/b", "r"));
    CHECK(name.owner == kOther);
    CHECK(name.bus == "aws.partner/a/b");
    CHECK(name.rule == "r");

    CHECK(bus_key(kOurs, kOurs, "b") == "b");
    CHECK(bus_key(kOurs, kOther, "b") == "111111111111:us-east-1:b");
    for (const Identity& owner : {kOurs, kOther}) {
        const BusOfKey bus = bus_of(kOurs, bus_key(kOurs, owner, "b"));
        CHECK(bus.owner == owner);
        CHECK(bus.name == "b");
    }
    for (std::size_t i = 0; i < kKinds; ++i)
        CHECK(kind_of(name_of(static_cast<Kind>(i))) == static_cast<Kind>(i));
    CHECK_FALSE(kind_of("comet"));
}

TEST_CASE_METHOD(CatalogTest, "the catalog knows when it was born, also after a restart", "[catalog]") {
    const TimePoint born = catalog->born();
    pass(1h);
    restart();
    CHECK(catalog->born() == born);
}

}  // namespace
}  // namespace rialto::bus
