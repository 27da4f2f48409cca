#include "api/aws/events/archives.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::api::aws::events {
namespace {

std::string rule_name(const json::Object& archive) { return "Events-Archive-" + text_or_empty(archive, "ArchiveName"); }

BusName source_of(const json::Object& archive, const Identity& owner) {
    return bus_named(archive, "EventSourceArn", owner);
}

/// The archive's pattern, which replayed events never match.
std::string pattern_of(const json::Object& archive) {
    json::Object pattern{{"replay-name", json::Array{json::Object{{"exists", false}}}}};
    const std::string own = text_or_empty(archive, "EventPattern");
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

/// Whether the rule is the archive's own. A client may have made one of its name, while it was lost or before.
bool is_own(const Document& rule, const std::string& archive) { return rule && text_in(*rule, "Archive") == archive; }

}  // namespace

Outcome<void> check_archive_rule(const Resources& resources, const Identity& owner, const json::Object& archive) {
    const BusName bus = source_of(archive, owner);
    const std::string name = rule_name(archive);
    const Document found = resources.find(Kind::Rule, bus::rule_key(bus.owner, bus.name, name));
    if (!found || is_own(found, arn_of(owner, "archive", text_or_empty(archive, "ArchiveName"))))
        return {};
    return failure(Exception::ResourceAlreadyExists, "Rule " + name + " already exists on EventBus " + bus.name + ".");
}

void put_archive_rule(Edit& edit, const Identity& owner, const json::Object& archive, std::int64_t now) {
    const BusName bus = source_of(archive, owner);
    const std::string name = rule_name(archive);
    const std::string arn = arn_of(owner, "archive", text_or_empty(archive, "ArchiveName"));
    edit.put(Kind::Rule, bus::rule_key(bus.owner, bus.name, name),
             {{"Name", name},
              {"EventPattern", pattern_of(archive)},
              {"State", "ENABLED"},
              {"ManagedBy", "prod.vhs.events.aws.internal"},
              {"EventBusName", bus.name},
              {"CreatedBy", owner.account},
              {"Since", now},
              {"Archive", arn},
              {"Targets", json::Array{target_of(name, arn, owner)}}});
}

void erase_archive_rule(Edit& edit, const Identity& owner, const json::Object& archive) {
    const BusName bus = source_of(archive, owner);
    const std::string key = bus::rule_key(bus.owner, bus.name, rule_name(archive));
    if (is_own(edit.find(Kind::Rule, key), arn_of(owner, "archive", text_or_empty(archive, "ArchiveName"))))
        edit.erase(Kind::Rule, key);
}

}  // namespace rialto::api::aws::events
