#include "bus/registry.hpp"

#include <optional>

#include "rialto/base/log.hpp"

namespace rialto::bus {
namespace {

/// An ordered queue takes a group, events that are shaped differ from the envelope, and what is wanted in order waits
/// for what is before it: those go the usual way.
std::shared_ptr<const std::string> queue_of(const model::Target& target) {
    const auto* queue = std::get_if<model::QueueTarget>(&target.kind);
    if (!queue || !queue->group.empty() || !target.flow.order_by.empty() ||
        !std::holds_alternative<model::WholeEvent>(target.input))
        return nullptr;
    return std::make_shared<const std::string>(queue->arn);
}

std::shared_ptr<const std::string> archive_of(const model::Target& target) {
    const auto* archive = std::get_if<model::ArchiveTarget>(&target.kind);
    return archive ? std::make_shared<const std::string>(archive->arn) : nullptr;
}

std::shared_ptr<const model::Path> order_of(const model::Target& target) {
    auto path = target.flow.order_by.empty() ? Result<model::Path>{Error{Errc::NotFound, {}}}
                                             : model::Path::parse(target.flow.order_by);
    return path ? std::make_shared<const model::Path>(std::move(*path)) : nullptr;
}

}  // namespace

std::vector<Route> Registry::route(std::string_view bus, std::string_view envelope) const {
    thread_local pattern::Scratch scratch;
    thread_local std::vector<pattern::RuleId> matches;
    std::vector<Route> routes;
    const auto found = buses_.find(bus);
    if (found == buses_.end())
        return routes;
    if (const Status matched = found->second->matcher.match(envelope, scratch, matches); !matched) {
        log::error("an event cannot be matched", {{"bus", bus}, {"reason", matched.error().message}});
        return routes;
    }
    if (const auto undecided = scratch.undecided(); !undecided.empty())
        log::error("an event takes too long to be matched with all rules", {{"bus", bus}, {"rules", undecided.size()}});
    for (const pattern::RuleId id : matches)
        for (const Route& route : found->second->rules[id]->routes)
            routes.push_back(route);
    return routes;
}

Result<Registrar::Plan> Registrar::plan(const Rerouting& change) const {
    Plan plan;
    auto next = std::make_shared<Registry>(*current_);
    std::map<std::string, Bus> touched;
    const auto open = [&](const std::string& key) -> Bus& {
        const auto found = touched.find(key);
        return found != touched.end() ? found->second : touched.emplace(key, copy_of(key)).first->second;
    };
    for (const std::string& bus : change.buses)
        if (!current_->has(bus))
            (void)open(bus);
    for (const auto& [bus, name] : change.gone_rules)
        drop_rule(open(bus), plan, name, bus);
    for (const RoutedRule& rule : change.rules)
        if (Status set = set_rule(open(rule.bus), plan, rule); !set)
            return std::move(set).error().within("bus " + rule.bus + ", rule " + rule.name);
    for (auto& [key, bus] : touched)
        next->buses_[key] = std::make_shared<const Bus>(std::move(bus));
    for (const std::string& bus : change.gone_buses)
        next->buses_.erase(bus);
    plan.gone_buses = change.gone_buses;
    plan.registry = std::move(next);
    return plan;
}

void Registrar::carry_out(Plan plan) {
    for (auto& [key, changed] : plan.ids) {
        Ids& ids = ids_[key];
        ids.free.resize(ids.free.size() - changed.reused);
        for (const std::string& name : changed.gone) {
            const auto found = ids.by_name.find(name);
            ids.free.push_back(found->second);
            ids.by_name.erase(found);
        }
        for (auto& [name, id] : changed.given)
            ids.by_name.insert_or_assign(std::move(name), id);
    }
    for (const std::string& bus : plan.gone_buses)
        ids_.erase(bus);
    current_ = std::move(plan.registry);
}

std::vector<Route> Registrar::routes_of(const std::string& bus, const std::string& rule) const {
    const auto ids = ids_.find(bus);
    if (ids == ids_.end())
        return {};
    const auto id = ids->second.by_name.find(rule);
    if (id == ids->second.by_name.end())
        return {};
    const Registry::Rule& found = *current_->buses_.find(bus)->second->rules[id->second];
    return found.enabled ? found.routes : std::vector<Route>{};
}

Registrar::Bus Registrar::copy_of(const std::string& bus) const {
    const auto found = current_->buses_.find(bus);
    return found == current_->buses_.end() ? Bus{} : *found->second;
}

Status Registrar::set_rule(Bus& bus, Plan& plan, const RoutedRule& rule) const {
    std::optional<pattern::Pattern> pattern;
    if (!rule.pattern.empty()) {
        auto parsed = pattern::Pattern::parse(rule.pattern);
        if (!parsed)
            return std::move(parsed).error();
        pattern = std::move(*parsed);
    }
    const pattern::RuleId id = id_for(bus, plan.ids[rule.bus], rule.bus, rule.name);
    if (id == bus.rules.size())
        bus.rules.emplace_back();
    bus.matcher.remove(id);
    if (pattern && rule.enabled)
        bus.matcher.add(id, *pattern);
    auto routed = std::make_shared<Registry::Rule>();
    routed->enabled = rule.enabled;
    for (const model::Target& target : rule.targets) {
        plan.targets.push_back({rule.arn, target});
        routed->routes.push_back({.target = delivery::key_of(plan.targets.back()),
                                  .rule = rule.arn,
                                  .queue = queue_of(target),
                                  .archive = archive_of(target),
                                  .order_by = order_of(target)});
    }
    bus.rules[id] = std::move(routed);
    return {};
}

void Registrar::drop_rule(Bus& bus, Plan& plan, const std::string& name, const std::string& bus_key) const {
    const auto ids = ids_.find(bus_key);
    if (ids == ids_.end())
        return;
    const auto found = ids->second.by_name.find(name);
    if (found == ids->second.by_name.end())
        return;
    bus.matcher.remove(found->second);
    bus.rules[found->second] = nullptr;
    plan.ids[bus_key].gone.push_back(name);
}

pattern::RuleId Registrar::id_for(const Bus& bus, Plan::BusIds& ids, const std::string& bus_key,
                                  const std::string& name) const {
    const auto known = ids_.find(bus_key);
    if (known != ids_.end()) {
        const auto found = known->second.by_name.find(name);
        if (found != known->second.by_name.end())
            return found->second;
        const auto& free = known->second.free;
        if (ids.reused < free.size()) {
            const pattern::RuleId id = free[free.size() - ++ids.reused];
            ids.given.emplace_back(name, id);
            return id;
        }
    }
    const auto id = static_cast<pattern::RuleId>(bus.rules.size());
    ids.given.emplace_back(name, id);
    return id;
}

}  // namespace rialto::bus
