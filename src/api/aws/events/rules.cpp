#include "api/aws/events/rules.hpp"

#include "api/aws/events/operations.hpp"
#include "api/aws/events/shapes.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::api::aws::events {
namespace {

constexpr std::initializer_list<std::string_view> kListed{"Description", "RoleArn", "ManagedBy", "EventBusName"};

json::Object shown(const json::Object& rule, const std::string& arn) {
    json::Object output{{"Name", text_of(rule, "Name")}, {"Arn", arn}};
    copy(rule, {"EventPattern", "ScheduleExpression", "State"}, output);
    copy(rule, kListed, output);
    return output;
}

Outcome<Output> describe(const Resources& resources, const Invocation& call, TimePoint born) {
    const auto rule = find_rule(resources, call, "Name", "DescribeRule", born);
    if (!rule)
        return std::unexpected{rule.error()};
    json::Object output = shown(*rule->document, rule->arn());
    copy(*rule->document, {"CreatedBy"}, output);
    return output;
}

Outcome<Output> list(const Resources& resources, const Invocation& call, TimePoint born) {
    const BusName bus = bus_named(call.input, "EventBusName", call.caller);
    if (const auto open = open_bus(resources, bus, call.caller, "ListRules", born); !open)
        return std::unexpected{open.error()};
    const std::string prefix = bus.key() + ':' + text_of(call.input, "NamePrefix");
    return show_page(page_of(resources, Kind::Rule, prefix, call.input, {}), "Rules",
                     [&bus](const Resources::Entry& entry) {
                         return shown(*entry.second, rule_arn(bus, text_of(*entry.second, "Name")));
                     });
}

Outcome<Output> set_state(Edit& edit, const Invocation& call, const char* action, const char* state, TimePoint born,
                          std::int64_t now) {
    const auto rule = find_rule(edit, call, "Name", action, born);
    if (!rule)
        return std::unexpected{rule.error()};
    if (auto may = check_may_change(*rule->document); !may)
        return std::unexpected{std::move(may.error())};
    const std::string old = text_of(*rule->document, "State");
    if ((old == "DISABLED") == (std::string_view{state} == "DISABLED"))
        return Output{};
    json::Object changed = *rule->document;
    changed.set("State", state);
    changed.set("Since", now);
    edit.put(Kind::Rule, rule->key(), std::move(changed));
    return Output{};
}

Outcome<Output> remove(Edit& edit, const Invocation& call, TimePoint born) {
    const auto rule = find_rule(edit, call, "Name", "DeleteRule", born);
    if (!rule) {
        const BusName bus = bus_named(call.input, "EventBusName", call.caller);
        const bool has_bus = open_bus(edit, bus, call.caller, "DeleteRule", born).has_value();
        return has_bus ? Outcome<Output>{} : std::unexpected{rule.error()};
    }
    if (auto may = check_may_change(*rule->document, flag_in(call.input, "Force")); !may)
        return std::unexpected{std::move(may.error())};
    const json::Value* targets = rule->document->find("Targets");
    if (targets && !targets->as_array()->empty())
        return failure(Exception::Validation, "Rule can't be deleted since it has targets.");
    edit.erase(Kind::Rule, rule->key());
    edit.erase(Kind::Fired, rule->key());
    return Output{};
}

Shape named(const char* name) {
    return structure(name, {required("Name", resource_name()), optional("EventBusName", event_bus_name_or_arn())});
}

Operation setting_state(const Rooms& rooms, const char* name, const char* state) {
    return changing(rooms.catalog, name, named((std::string{name} + "Request").c_str()),
                    [&catalog = rooms.catalog, &clock = rooms.clock, name, state](Edit& edit, const Invocation& call) {
                        return set_state(edit, call, name, state, catalog.born(), millis(clock.now()));
                    });
}

}  // namespace

std::string rule_arn(const BusName& bus, std::string_view rule) {
    return model::rule_arn(bus.owner.region, bus.owner.account, bus.name, rule);
}

std::string FoundRule::arn() const { return rule_arn(bus, name); }

Outcome<FoundRule> find_rule(const Resources& resources, const Invocation& call, std::string_view member,
                             std::string_view action, TimePoint born) {
    FoundRule rule{.bus = bus_named(call.input, "EventBusName", call.caller),
                   .name = text_of(call.input, member),
                   .document = nullptr};
    rule.document = resources.find(Kind::Rule, rule.key());
    const std::string creator = rule.document ? text_of(*rule.document, "CreatedBy") : std::string{};
    if (const auto bus = open_bus(resources, rule.bus, call.caller, action, born, creator); !bus)
        return std::unexpected{bus.error()};
    if (!rule.document)
        return failure(Exception::ResourceNotFound,
                       "Rule " + rule.name + " does not exist on EventBus " + rule.bus.name + ".");
    return rule;
}

Outcome<void> check_may_change(const json::Object& rule, bool force) {
    const auto manager = text_in(rule, "ManagedBy");
    if (!manager || (force && *manager != bus::kManagedByConfig))
        return {};
    return failure(Exception::ManagedRule, text_of(rule, "Name") + " is a managed rule.");
}

Operation describe_rule(const Rooms& rooms) {
    return reading(rooms.catalog, "DescribeRule", named("DescribeRuleRequest"),
                   [&catalog = rooms.catalog](const Resources& resources, const Invocation& call) {
                       return describe(resources, call, catalog.born());
                   });
}

Operation list_rules(const Rooms& rooms) {
    return reading(rooms.catalog, "ListRules",
                   structure("ListRulesRequest", {optional("NamePrefix", resource_name()),
                                                  optional("EventBusName", event_bus_name_or_arn()),
                                                  optional("NextToken", next_token()), optional("Limit", limit())}),
                   [&catalog = rooms.catalog](const Resources& resources, const Invocation& call) {
                       return list(resources, call, catalog.born());
                   });
}

Operation enable_rule(const Rooms& rooms) { return setting_state(rooms, "EnableRule", "ENABLED"); }
Operation disable_rule(const Rooms& rooms) { return setting_state(rooms, "DisableRule", "DISABLED"); }

Operation delete_rule(const Rooms& rooms) {
    return changing(
        rooms.catalog, "DeleteRule",
        structure("DeleteRuleRequest",
                  {required("Name", resource_name()), optional("EventBusName", event_bus_name_or_arn()),
                   optional("Force", boolean())}),
        [&catalog = rooms.catalog](Edit& edit, const Invocation& call) { return remove(edit, call, catalog.born()); });
}

}  // namespace rialto::api::aws::events
