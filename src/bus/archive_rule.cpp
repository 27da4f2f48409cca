#include "rialto/bus/archive_rule.hpp"

#include "rialto/bus/resources.hpp"
#include "rialto/json/members.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::bus {
namespace {

using json::text_of;

/// The archive's pattern, which replayed events never match.
std::string pattern_of(const json::Object& archive) {
    const std::string own = text_of(archive, "EventPattern");
    const auto begin = own.find('{');
    const auto first = begin == std::string::npos ? begin : own.find_first_not_of(" \t\r\n", begin + 1);
    if (first == std::string::npos)
        return R"({"replay-name":[{"exists":false}]})";
    // The text as it is: what stands in it twice has a meaning.
    return R"({"replay-name":[{"exists":false}])" + std::string{own[first] == '}' ? "" : ","} + own.substr(first);
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
