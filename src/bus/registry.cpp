#include "bus/registry.hpp"

#include <set>
#include <utility>

#include "rialto/base/log.hpp"

namespace rialto::bus {
namespace {

/// Which buses each bus forwards events to, by targets and by dead-letter targets.
using Forwards = std::map<std::string, std::set<std::string>>;

Forwards forwards_of(const std::vector<model::Bus>& buses) {
    Forwards forwards;
    for (const model::Bus& bus : buses)
        for (const model::Rule& rule : bus.rules)
            for (const model::Target& target : rule.targets) {
                if (const auto* next = std::get_if<model::BusTarget>(&target.kind))
                    forwards[bus.name].insert(next->bus);
                if (const auto* next =
                        target.dead_letter ? std::get_if<model::BusTarget>(&*target.dead_letter) : nullptr)
                    forwards[bus.name].insert(next->bus);
            }
    return forwards;
}

/// The buses that an event can reach from `bus`.
void reach(const Forwards& forwards, const std::string& bus, std::set<std::string>& reached) {
    const auto found = forwards.find(bus);
    if (found == forwards.end())
        return;
    for (const std::string& next : found->second)
        if (reached.insert(next).second)
            reach(forwards, next, reached);
}

/// An event that goes in a circle would do so for ever.
Status check_no_circle(const std::vector<model::Bus>& buses) {
    const Forwards forwards = forwards_of(buses);
    for (const model::Bus& bus : buses) {
        std::set<std::string> reached;
        reach(forwards, bus.name, reached);
        if (reached.contains(bus.name))
            return Error{Errc::InvalidArgument,
                         "bus " + bus.name + ": its rules send events in a circle, back to itself"};
    }
    return {};
}

}  // namespace

Result<std::shared_ptr<const Registry>> Registry::build(const std::vector<model::Bus>& buses,
                                                        const Identity& identity) {
    if (Status checked = check_no_circle(buses); !checked)
        return std::move(checked).error();
    auto registry = std::make_shared<Registry>();
    for (const model::Bus& source : buses) {
        Bus& bus = registry->buses_[source.name];
        for (const model::Rule& rule : source.rules) {
            auto pattern = pattern::Pattern::parse(rule.pattern);
            if (!pattern)
                return std::move(pattern).error().within("bus " + source.name + ", rule " + rule.name);
            if (rule.enabled)
                bus.matcher.add(static_cast<pattern::RuleId>(bus.rules.size()), *pattern);
            Rule routed{.arn = model::rule_arn(identity.region, identity.account, source.name, rule.name),
                        .target_keys = {}};
            for (const model::Target& target : rule.targets) {
                registry->targets_.push_back({routed.arn, target});
                routed.target_keys.push_back(delivery::key_of(registry->targets_.back()));
            }
            bus.rules.push_back(std::move(routed));
        }
    }
    return std::shared_ptr<const Registry>{std::move(registry)};
}

std::vector<Registry::Route> Registry::route(std::string_view bus, std::string_view envelope) const {
    thread_local pattern::Scratch scratch;
    thread_local std::vector<pattern::RuleId> matches;
    std::vector<Route> routes;
    const auto found = buses_.find(bus);
    if (found == buses_.end())
        return routes;
    if (const Status matched = found->second.matcher.match(envelope, scratch, matches); !matched) {
        log::error("an event cannot be matched", {{"bus", bus}, {"reason", matched.error().message}});
        return routes;
    }
    for (const pattern::RuleId id : matches)
        for (const Rule& rule = found->second.rules[id]; const std::string& key : rule.target_keys)
            routes.push_back({key, rule.arn});
    return routes;
}

std::vector<delivery::RuleTarget> Registry::targets() const { return targets_; }

}  // namespace rialto::bus
