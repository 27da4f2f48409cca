#include "rialto/inspection/unmatched_events.hpp"

#include "tests/support/catalog_world.hpp"

namespace rialto::inspection {
namespace {

using testing::rule;

struct UnmatchedTest : testing::CatalogWorld {
    UnmatchedTest() { bus->observe(unmatched); }
    ~UnmatchedTest() {
        close_catalog();
        close_bus();
    }

    void put(const std::string& source, const std::string& detail = "{}") {
        REQUIRE(run(bus->put("default", bus->make_event(source, "type", detail))));
        settle();
    }

    void declare(std::vector<model::Rule> rules) {
        REQUIRE(run(catalog->declare({.buses = {{"default", std::move(rules)}}})));
    }

    UnmatchedEvents unmatched{clock};
};

TEST_CASE_METHOD(UnmatchedTest, "an event that matches nothing is kept, one that matches is not", "[inspection]") {
    declare({rule("shop", R"({"source":["shop"]})")});
    put("shop");
    put("stock");

    const auto events = unmatched.list(9, {}, {});

    REQUIRE(events.size() == 1);
    CHECK(events.front().bus == "default");
    CHECK(events.front().envelope.find("stock") != std::string::npos);
    CHECK(unmatched.find(events.front().cursor)->id == events.front().id);
    CHECK(unmatched.list(9, {}, "other").empty());
}

TEST_CASE_METHOD(UnmatchedTest, "the rule with the fewest conditions that fail is the nearest", "[inspection]") {
    declare({rule("far", R"({"source":["x"],"detail":{"n":[1]}})"),
             rule("near", R"({"source":["stock"],"detail":{"n":[2]}})"),
             rule("none", R"({"account":["1"],"region":["nowhere"]})")});
    put("stock", R"({"n":3})");

    const auto nearest = nearest_rule(*catalog, unmatched.list(1, {}, {}).front());

    REQUIRE(nearest);
    CHECK(nearest->name == "near");
    CHECK(nearest->failing == 1);
    CHECK(nearest->enabled);
    CHECK_FALSE(nearest->explanation.matches);
}

TEST_CASE_METHOD(UnmatchedTest, "without a rule nothing is near", "[inspection]") {
    put("stock");

    CHECK_FALSE(nearest_rule(*catalog, unmatched.list(1, {}, {}).front()));
}

TEST_CASE("at most ten a second are kept, the newest of them, in bounds", "[inspection]") {
    ManualClock clock;
    UnmatchedEvents unmatched{clock, {.events = 15, .bytes = 1000, .a_second = 10}};
    for (int second = 0; second < 3; ++second) {
        for (int i = 0; i < 100; ++i)
            unmatched.unmatched("default", std::to_string(second), "{}");
        clock.advance(1s);
    }

    const auto events = unmatched.list(99, {}, {});
    REQUIRE(events.size() == 15);
    CHECK(events.front().id == "2");
    CHECK(events.back().id == "1");
    CHECK(unmatched.list(99, events.front().cursor, {}).size() == 14);

    unmatched.unmatched("default", "large", std::string(2000, 'x'));
    CHECK(unmatched.list(99, {}, {}).size() == 1);
    unmatched.clear();
    CHECK(unmatched.list(99, {}, {}).empty());
}

}  // namespace
}  // namespace rialto::inspection
