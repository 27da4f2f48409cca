#include "bus/declared.hpp"

#include <utility>

#include "rialto/bus/aws_target.hpp"

namespace rialto::bus {
namespace {

json::Object bus_document(const model::Bus& bus, TimePoint born) {
    const auto at = born.time_since_epoch().count();
    return {{"Name", bus.name}, {"CreationTime", at}, {"LastModifiedTime", at}};
}

json::Object rule_document(const model::Bus& bus, const model::Rule& rule, const Identity& ours, TimePoint born) {
    json::Object document{{"Name", rule.name}};
    if (!rule.pattern.empty())
        document.set("EventPattern", rule.pattern);
    document.set("State", rule.enabled ? "ENABLED" : "DISABLED");
    if (!rule.description.empty())
        document.set("Description", rule.description);
    document.set("ManagedBy", kManagedByConfig);
    document.set("EventBusName", bus.name);
    document.set("CreatedBy", ours.account);
    document.set("Since", born.time_since_epoch().count());
    json::Array targets;
    for (const model::Target& target : rule.targets)
        targets.emplace_back(aws_target(target, ours));
    document.set("Targets", std::move(targets));
    return document;
}

Document shared(json::Object object) { return std::make_shared<const json::Object>(std::move(object)); }

}  // namespace

Catalog::Declared Catalog::Declared::of(const std::vector<model::Bus>& buses, const Identity& ours, TimePoint born) {
    Declared declared;
    for (const model::Bus& bus : buses) {
        of_kind(declared.table, Kind::Bus)[key_of(ours, bus.name)] = shared(bus_document(bus, born));
        for (const model::Rule& rule : bus.rules) {
            const std::string key = rule_key(ours, bus.name, rule.name);
            of_kind(declared.table, Kind::Rule)[key] = shared(rule_document(bus, rule, ours, born));
            declared.targets[key] = rule.targets;
        }
    }
    return declared;
}

std::vector<std::string> Catalog::Declared::rewritten(const Declared& before) const {
    std::vector<std::string> keys;
    for (const auto& [key, now] : targets)
        if (const auto old = before.targets.find(key); old != before.targets.end() && old->second != now)
            keys.push_back(key);
    return keys;
}

}  // namespace rialto::bus
