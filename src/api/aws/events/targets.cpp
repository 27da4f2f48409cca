#include <algorithm>
#include <set>

#include "api/aws/events/operations.hpp"
#include "api/aws/events/rules.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/target_check.hpp"
#include "api/aws/events/target_shape.hpp"

namespace rialto::api::aws::events {
namespace {

json::Array targets_of(const json::Object& rule) {
    const json::Value* targets = rule.find("Targets");
    return targets ? *targets->as_array() : json::Array{};
}

const std::string& id_of(const json::Value& target) { return *target.find("Id")->as_string(); }

Output none_failed() { return json::Object{{"FailedEntryCount", 0}, {"FailedEntries", json::Array{}}}; }

Outcome<Output> put(Edit& edit, const Invocation& call, TimePoint born, std::size_t most) {
    const auto rule = find_rule(edit, call, "Rule", "PutTargets", born);
    if (!rule)
        return std::unexpected{rule.error()};
    if (auto may = check_may_change(*rule->document); !may)
        return std::unexpected{std::move(may.error())};
    json::Array targets = targets_of(*rule->document);
    for (const json::Value& target : *call.input.find("Targets")->as_array()) {
        if (auto checked = check_target(*target.as_object(), rule->bus); !checked)
            return std::unexpected{std::move(checked.error())};
        const auto same = std::ranges::find(targets, id_of(target), id_of);
        if (same != targets.end())
            *same = target;
        else
            targets.push_back(target);
    }
    if (targets.size() > most)
        return over_quota();
    json::Object changed = *rule->document;
    changed.set("Targets", std::move(targets));
    edit.put(Kind::Rule, rule->key(), std::move(changed));
    return none_failed();
}

/// An archive whose rule was robbed of its target, by force, records no more.
void disable_archive(Edit& edit, const FoundRule& rule) {
    const std::string archive = text_of(*rule.document, "Archive");
    const std::string name = archive.substr(archive.rfind('/') + 1);
    const std::string key = bus::key_of(rule.bus.owner, name);
    const Document found = archive.empty() ? nullptr : edit.find(Kind::Archive, key);
    if (!found)
        return;
    json::Object changed = *found;
    changed.set("State", "DISABLED");
    changed.set("StateReason", "Managed rule for the archive was forcefully deleted.");
    edit.put(Kind::Archive, key, std::move(changed));
}

Outcome<Output> remove(Edit& edit, const Invocation& call, TimePoint born) {
    const auto rule = find_rule(edit, call, "Rule", "RemoveTargets", born);
    if (!rule)
        return std::unexpected{rule.error()};
    if (auto may = check_may_change(*rule->document, flag_in(call.input, "Force")); !may)
        return std::unexpected{std::move(may.error())};
    std::set<std::string> ids;
    for (const json::Value& id : *call.input.find("Ids")->as_array())
        ids.insert(*id.as_string());
    json::Array targets = targets_of(*rule->document);
    if (std::erase_if(targets, [&](const json::Value& target) { return ids.contains(id_of(target)); }) == 0)
        return none_failed();
    disable_archive(edit, *rule);
    json::Object changed = *rule->document;
    changed.set("Targets", std::move(targets));
    edit.put(Kind::Rule, rule->key(), std::move(changed));
    return none_failed();
}

Outcome<Output> list(const Resources& resources, const Invocation& call, TimePoint born) {
    const auto rule = find_rule(resources, call, "Rule", "ListTargetsByRule", born);
    if (!rule)
        return std::unexpected{rule.error()};
    return show_page(page_of(targets_of(*rule->document), "Id", call.input), "Targets",
                     [](const Resources::Entry& entry) { return json::Value{*entry.second}; });
}

Outcome<Output> list_names(const Resources& resources, const Invocation& call, TimePoint born) {
    const BusName bus = bus_named(call.input, "EventBusName", call.caller);
    if (const auto open = open_bus(resources, bus, call.caller, "ListRuleNamesByTarget", born); !open)
        return std::unexpected{open.error()};
    const std::string arn = *text_in(call.input, "TargetArn");
    const auto has_target = [&arn](const json::Object& rule) {
        return std::ranges::any_of(targets_of(rule),
                                   [&](const json::Value& target) { return *target.find("Arn")->as_string() == arn; });
    };
    return show_page(page_of(resources, Kind::Rule, bus.key() + ':', call.input, has_target), "RuleNames",
                     [](const Resources::Entry& entry) { return json::Value{text_of(*entry.second, "Name")}; });
}

}  // namespace

Operation put_targets(const Rooms& rooms) {
    return changing(rooms.catalog, "PutTargets",
                    structure("PutTargetsRequest",
                              {required("Rule", resource_name()), optional("EventBusName", event_bus_name_or_arn()),
                               required("Targets", list(target_shape()).at_least(1).at_most(100))}),
                    [&catalog = rooms.catalog, most = rooms.quotas.targets_per_rule](
                        Edit& edit, const Invocation& call) { return put(edit, call, catalog.born(), most); });
}

Operation remove_targets(const Rooms& rooms) {
    return changing(
        rooms.catalog, "RemoveTargets",
        structure("RemoveTargetsRequest",
                  {required("Rule", resource_name()), optional("EventBusName", event_bus_name_or_arn()),
                   required("Ids", list(resource_name()).at_least(1).at_most(100)), optional("Force", boolean())}),
        [&catalog = rooms.catalog](Edit& edit, const Invocation& call) { return remove(edit, call, catalog.born()); });
}

Operation list_targets_by_rule(const Rooms& rooms) {
    return reading(rooms.catalog, "ListTargetsByRule",
                   structure("ListTargetsByRuleRequest",
                             {required("Rule", resource_name()), optional("EventBusName", event_bus_name_or_arn()),
                              optional("NextToken", next_token()), optional("Limit", limit())}),
                   [&catalog = rooms.catalog](const Resources& resources, const Invocation& call) {
                       return list(resources, call, catalog.born());
                   });
}

Operation list_rule_names_by_target(const Rooms& rooms) {
    return reading(rooms.catalog, "ListRuleNamesByTarget",
                   structure("ListRuleNamesByTargetRequest",
                             {required("TargetArn", arn()), optional("EventBusName", event_bus_name_or_arn()),
                              optional("NextToken", next_token()), optional("Limit", limit())}),
                   [&catalog = rooms.catalog](const Resources& resources, const Invocation& call) {
                       return list_names(resources, call, catalog.born());
                   });
}

}  // namespace rialto::api::aws::events
