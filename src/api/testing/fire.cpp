#include <optional>
#include <utility>

#include "api/rest/answers.hpp"
#include "api/testing/routes.hpp"
#include "rialto/bus/scheduled_rules.hpp"

namespace rialto::api {
namespace {

/// Whether the rule is enabled; nothing if there is none.
std::optional<bool> enabled(const bus::Catalog& catalog, const std::string& key) {
    return catalog.read([&key](const bus::Resources& resources) -> std::optional<bool> {
        const bus::Document rule = resources.find(bus::Kind::Rule, key);
        if (!rule)
            return std::nullopt;
        const json::Value* state = rule->find("State");
        return !state || !state->as_string() || *state->as_string() != "DISABLED";
    });
}

/// Gives the rule's targets a "Scheduled Event" now, whatever its pattern and its schedule.
Task<http::Response> fire(const bus::Catalog& catalog, bus::EventBus& bus, const Clock& clock, Random& random,
                          Call call) {
    const bus::RuleName rule{.owner = bus.identity(), .bus = call.path.at("bus"), .rule = call.path.at("rule")};
    const auto may_fire = enabled(catalog, bus::rule_key(rule.owner, rule.bus, rule.rule));
    if (!may_fire)
        co_return problem(404, "there is no rule " + rule.rule + " on bus " + rule.bus);
    if (!*may_fire)
        co_return problem(409, "rule " + rule.rule + " is disabled");
    const model::Event event = bus::scheduled_event(rule, clock.now(), uuid_v4(random));
    storage::Outbox outbox = bus.route_to(rule.bus, rule.rule, event);
    const Status stored = co_await bus.put(bus::Batch{.owed = std::move(outbox), .messages = {}, .entries = {}});
    co_return stored ? json_answer(202, json::Object{{"id", event.id}}) : problem(stored.error());
}

}  // namespace

void add_fire_route(Router& router, const bus::Catalog& catalog, bus::EventBus& bus, const Clock& clock,
                    Random& random) {
    router.add("POST", "/_rialto/rules/{bus}/{rule}/fire", Body::Any, [&catalog, &bus, &clock, &random](Call call) {
        return fire(catalog, bus, clock, random, std::move(call));
    });
}

}  // namespace rialto::api
