#include "bus/registry.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "rialto/delivery/dispatcher.hpp"

namespace rialto::bus {
namespace {

model::Target log_target(const std::string& id) {
    return {.id = id, .kind = model::LogTarget{}, .input = {}, .retry = {}, .dead_letter = {}};
}

model::Rule rule(const std::string& name, const std::string& pattern, std::vector<model::Target> targets) {
    return {.name = name, .description = "", .pattern = pattern, .enabled = true, .targets = std::move(targets)};
}

model::Target forward(const std::string& bus) {
    return {.id = "to-" + bus, .kind = model::BusTarget{bus}, .input = {}, .retry = {}, .dead_letter = {}};
}

constexpr const char* kAny = R"({"source":[{"exists":true}]})";
constexpr const char* kEnvelope = R"({"source":"s","detail-type":"t","detail":{}})";

Rerouting rerouting(const std::vector<model::Bus>& buses) {
    Rerouting change;
    for (const model::Bus& bus : buses) {
        change.buses.push_back(bus.name);
        for (const model::Rule& rule : bus.rules)
            change.rules.push_back({.bus = bus.name,
                                    .name = rule.name,
                                    .arn = model::rule_arn("us-east-1", "000000000000", bus.name, rule.name),
                                    .pattern = rule.pattern,
                                    .enabled = rule.enabled,
                                    .targets = rule.targets});
    }
    return change;
}

void apply(Registrar& registrar, const Rerouting& change) {
    auto plan = registrar.plan(change);
    REQUIRE(plan);
    registrar.carry_out(std::move(*plan));
}

Result<std::shared_ptr<const Registry>> build(const std::vector<model::Bus>& buses) {
    Registrar registrar;
    auto plan = registrar.plan(rerouting(buses));
    if (!plan)
        return std::move(plan).error();
    registrar.carry_out(std::move(*plan));
    return registrar.current();
}

/// The rules that the event reaches on the bus, in the order of their names.
std::set<std::string> reached(const Registry& registry, const std::string& bus) {
    std::set<std::string> names;
    for (const Route& route : registry.route(bus, kEnvelope))
        names.insert(route.rule.substr(route.rule.rfind('/') + 1));
    return names;
}

TEST_CASE("an event goes to every target of every rule that it matches", "[registry]") {
    const auto registry = build(
        {{"default",
          {rule("one", kAny, {log_target("a"), log_target("b")}), rule("two", R"({"source":["s"]})", {log_target("c")}),
           rule("three", R"({"source":["other"]})", {log_target("d")})}}});
    REQUIRE(registry);

    auto routes = (*registry)->route("default", kEnvelope);

    REQUIRE(routes.size() == 3);
    std::ranges::sort(routes, {}, [](const auto& route) { return route.rule + route.target; });
    CHECK(routes[0].rule == "arn:aws:events:us-east-1:000000000000:rule/one");
    CHECK(routes[2].rule == "arn:aws:events:us-east-1:000000000000:rule/two");
    CHECK(routes[2].target == delivery::key_of({routes[2].rule, log_target("c")}));
}

TEST_CASE("rules with the same target do not share its key", "[registry]") {
    const auto registry =
        build({{"default", {rule("one", kAny, {log_target("a")}), rule("two", kAny, {log_target("a")})}}});
    REQUIRE(registry);

    const auto routes = (*registry)->route("default", kEnvelope);

    REQUIRE(routes.size() == 2);
    CHECK(routes[0].target != routes[1].target);
}

TEST_CASE("a rule's name has its bus in front of it on any bus but the default one", "[registry]") {
    const auto registry = build({{"blog", {rule("one", kAny, {log_target("a")})}}});
    REQUIRE(registry);

    const auto routes = (*registry)->route("blog", kEnvelope);

    REQUIRE(routes.size() == 1);
    CHECK(routes[0].rule == "arn:aws:events:us-east-1:000000000000:rule/blog/one");
}

TEST_CASE("a disabled rule matches nothing, and those after it keep their targets", "[registry]") {
    auto disabled = rule("off", kAny, {log_target("a")});
    disabled.enabled = false;
    const auto registry = build({{"default", {disabled, rule("on", kAny, {log_target("b")})}}});
    REQUIRE(registry);

    const auto routes = (*registry)->route("default", kEnvelope);

    REQUIRE(routes.size() == 1);
    CHECK(routes[0].target == delivery::key_of({routes[0].rule, log_target("b")}));
}

TEST_CASE("an unknown bus routes to nobody", "[registry]") {
    const auto registry = build({{"default", {rule("one", kAny, {log_target("a")})}}});
    REQUIRE(registry);
    CHECK((*registry)->route("nowhere", kEnvelope).empty());
    CHECK_FALSE((*registry)->has("nowhere"));
    CHECK((*registry)->has("default"));
}

TEST_CASE("what is no event routes to nobody", "[registry]") {
    const auto registry = build({{"default", {rule("one", kAny, {log_target("a")})}}});
    REQUIRE(registry);
    CHECK((*registry)->route("default", "{").empty());
}

TEST_CASE("a pattern that is none names its bus and rule, also in a disabled rule", "[registry]") {
    auto bad = rule("bad", R"({"source":"s"})", {log_target("a")});
    bad.enabled = GENERATE(true, false);

    const auto registry = build({{"blog", {bad}}});

    REQUIRE_FALSE(registry);
    CHECK(registry.error().code == Errc::InvalidArgument);
    CHECK(registry.error().message.find("bus blog, rule bad") != std::string::npos);
}

TEST_CASE("a change touches only what it names", "[registry]") {
    Registrar registrar;
    apply(registrar, rerouting({{"a", {rule("one", kAny, {log_target("t")}), rule("two", kAny, {log_target("t")})}},
                                {"b", {rule("one", kAny, {log_target("t")})}}}));
    const auto before = registrar.current();
    Rerouting change = rerouting({{"a", {rule("three", kAny, {log_target("t")})}}});
    change.gone_rules = {{"a", "one"}, {"a", "never"}, {"nowhere", "one"}};
    change.gone_buses = {"b"};

    apply(registrar, change);

    CHECK(reached(*registrar.current(), "a") == std::set<std::string>{"three", "two"});
    CHECK_FALSE(registrar.current()->has("b"));
    CHECK(reached(*before, "a") == std::set<std::string>{"one", "two"});
    CHECK(reached(*before, "b") == std::set<std::string>{"one"});
}

TEST_CASE("ids of rules that went are given to new ones", "[registry]") {
    Registrar registrar;
    for (int round = 0; round < 10; ++round) {
        const std::string name = "r" + std::to_string(round);
        apply(registrar, rerouting({{"a", {rule(name, kAny, {log_target("t")})}}}));
        CHECK(reached(*registrar.current(), "a") == std::set<std::string>{name});
        Rerouting change;
        change.gone_rules = {{"a", name}};
        apply(registrar, change);
        CHECK(reached(*registrar.current(), "a").empty());
    }
}

TEST_CASE("a plan that is not carried out leaves no trace", "[registry]") {
    Registrar registrar;
    apply(registrar, rerouting({{"a", {rule("one", kAny, {log_target("t")})}}}));
    Rerouting change = rerouting({{"a", {rule("two", kAny, {log_target("t")})}}});
    change.gone_rules = {{"a", "one"}};

    REQUIRE(registrar.plan(change));
    CHECK(reached(*registrar.current(), "a") == std::set<std::string>{"one"});
    CHECK(registrar.routes_of("a", "one").size() == 1);
    CHECK(registrar.routes_of("a", "two").empty());
    apply(registrar, change);
    CHECK(reached(*registrar.current(), "a") == std::set<std::string>{"two"});
}

TEST_CASE("a rule without a pattern is reached by its name only", "[registry]") {
    Registrar registrar;
    auto off = rule("off", "", {log_target("t")});
    off.enabled = false;
    apply(registrar, rerouting({{"a", {rule("on", "", {log_target("t")}), off}}}));

    CHECK(reached(*registrar.current(), "a").empty());
    CHECK(registrar.routes_of("a", "on").size() == 1);
    CHECK(registrar.routes_of("a", "off").empty());
}

TEST_CASE("rules that send events in a circle are refused", "[registry]") {
    CHECK_FALSE(check_no_circle({{"a", {rule("r", kAny, {forward("a")})}}}));
    CHECK_FALSE(check_no_circle({{"a", {rule("r", kAny, {forward("b")})}}, {"b", {rule("r", kAny, {forward("a")})}}}));
    CHECK(check_no_circle(
        {{"a", {rule("r", kAny, {forward("b"), forward("c")})}}, {"b", {rule("r", kAny, {forward("c")})}}}));
}

TEST_CASE("a circle by way of a dead-letter target is refused too", "[registry]") {
    auto target = log_target("t");
    target.dead_letter = model::BusTarget{"a"};
    const Status checked =
        check_no_circle({{"a", {rule("r", kAny, {forward("b")})}}, {"b", {rule("r", kAny, {target})}}});
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::InvalidArgument);
}

}  // namespace
}  // namespace rialto::bus
