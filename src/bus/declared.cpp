#include "bus/declared.hpp"

#include <utility>

#include "rialto/bus/archive_rule.hpp"
#include "rialto/bus/aws_target.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::bus {
namespace {

/// With ManagedBy if the configuration has any settings of it: otherwise clients may give them.
json::Object bus_document(const model::Bus& bus, TimePoint born) {
    const auto at = born.time_since_epoch().count();
    json::Object document{{"Name", bus.name}, {"CreationTime", at}, {"LastModifiedTime", at}};
    if (!bus.description.empty())
        document.set("Description", bus.description);
    if (!bus.policy.empty())
        document.set("Policy", bus.policy);
    if (!bus.description.empty() || !bus.policy.empty())
        document.set("ManagedBy", kManagedByConfig);
    return document;
}

json::Object rule_document(const model::Bus& bus, const model::Rule& rule, const Identity& ours, TimePoint born) {
    json::Object document{{"Name", rule.name}};
    if (!rule.pattern.empty())
        document.set("EventPattern", rule.pattern);
    if (!rule.schedule.empty())
        document.set("ScheduleExpression", rule.schedule);
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

json::Object archive_document(const model::Archive& archive, const Identity& ours, TimePoint born) {
    const model::Arn source{
        .service = "events", .region = ours.region, .account = ours.account, .resource = "event-bus/" + archive.bus};
    json::Object document{{"ArchiveName", archive.name}, {"EventSourceArn", source.text()}};
    if (archive.retention_days > 0)
        document.set("RetentionDays", archive.retention_days);
    if (!archive.description.empty())
        document.set("Description", archive.description);
    if (!archive.pattern.empty())
        document.set("EventPattern", archive.pattern);
    document.set("State", "ENABLED");
    document.set("CreationTime", born.time_since_epoch().count());
    document.set("ManagedBy", kManagedByConfig);
    return document;
}

/// What the file names by its ARN alone becomes the kind that the ARN stands for.
std::vector<model::Target> resolved(std::vector<model::Target> targets, const Identity& ours) {
    for (model::Target& target : targets)
        if (const auto* named = std::get_if<model::ForeignTarget>(&target.kind))
            target.kind = kind_of_arn(std::string{named->arn}, ours);
    return targets;
}

Document shared(json::Object object) { return std::make_shared<const json::Object>(std::move(object)); }

}  // namespace

Catalog::Declared Catalog::Declared::of(const model::Declaration& declaration, const Identity& ours, TimePoint born) {
    Declared declared;
    const auto put = [&declared](Kind kind, std::string key, json::Object document) {
        of_kind(declared.table, kind)[std::move(key)] = shared(std::move(document));
    };
    for (const model::Bus& bus : declaration.buses) {
        put(Kind::Bus, key_of(ours, bus.name), bus_document(bus, born));
        for (const model::Rule& rule : bus.rules) {
            const std::string key = rule_key(ours, bus.name, rule.name);
            put(Kind::Rule, key, rule_document(bus, rule, ours, born));
            declared.targets[key] = resolved(rule.targets, ours);
        }
    }
    for (const model::Archive& archive : declaration.archives) {
        json::Object document = archive_document(archive, ours, born);
        auto [key, rule] = archive_rule(ours, document, born.time_since_epoch().count());
        rule.set("ManagedBy", kManagedByConfig);  // not even by force may clients change it
        put(Kind::Rule, std::move(key), std::move(rule));
        put(Kind::Archive, key_of(ours, archive.name), std::move(document));
    }
    for (const model::Connection& connection : declaration.connections)
        put(Kind::Connection, key_of(ours, connection.name), connection_document(connection, ours, born));
    for (const model::ApiDestination& destination : declaration.api_destinations)
        put(Kind::ApiDestination, key_of(ours, destination.name), api_destination_document(destination, ours, born));
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
