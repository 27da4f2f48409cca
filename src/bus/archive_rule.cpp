#include "rialto/bus/archive_rule.hpp"

#include "rialto/bus/resources.hpp"
#include "rialto/json/members.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::bus {
namespace {

using json::text_of;

/// The archive's pattern, which replayed events never match.
std::string pattern_of(const json::Object& archive) {
    json::Object pattern{{"replay-name", json::Array{json::Object{{"exists", false}}}}};
    const std::string own = text_of(archive, "EventPattern");
    // Names that stand twice in the pattern the last one wins, as for the engine.
    const auto parsed = json::parse(own, {.depth = 1000, .reject_duplicate_keys = false, .reject_half_pairs = false});
    if (parsed && parsed->as_object())
        for (const auto& [name, value] : *parsed->as_object())
            if (name != "replay-name")
                pattern.set(name, value);
    return json::write(pattern);
}

/// As AWS shows it. Where events go is told by the rule's Archive.
json::Object target_of(const std::string& rule, const std::string& archive, const Identity& owner) {
    return {{"Id", rule},
            {"Arn", "arn:aws:events:" + owner.region + ":::"},
            {"InputTransformer",
             json::Object{{"InputPathsMap", json::Object{}},
                          {"InputTemplate", R"({"archive-arn": ")" + archive +
                                                R"(", "event": <aws.events.event.json>, "ingestion-time": <aws.events.)"
                                                R"(event.ingestion-time>})"}}}};
}

}  // namespace

ArchiveRule archive_rule(const Identity& owner, const json::Object& archive, std::int64_t now) {
    const auto source = model::Arn::parse(text_of(archive, "EventSourceArn"));
    const Identity bus_owner = source ? Identity{source->account, source->region} : owner;
    const std::string bus = source ? source->name_after("event-bus/").value_or("default") : "default";
    const std::string archive_name = text_of(archive, "ArchiveName");
    const std::string name = "Events-Archive-" + archive_name;
    const std::string arn = model::Arn{.service = "events",
                                       .region = owner.region,
                                       .account = owner.account,
                                       .resource = "archive/" + archive_name}
                                .text();
    return {.key = rule_key(bus_owner, bus, name),
            .document = {{"Name", name},
                         {"EventPattern", pattern_of(archive)},
                         {"State", "ENABLED"},
                         {"ManagedBy", "prod.vhs.events.aws.internal"},
                         {"EventBusName", bus},
                         {"CreatedBy", owner.account},
                         {"Since", now},
                         {"Archive", arn},
                         {"Targets", json::Array{target_of(name, arn, owner)}}}};
}

}  // namespace rialto::bus
