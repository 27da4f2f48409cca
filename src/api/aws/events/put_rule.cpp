#include "api/aws/events/operations.hpp"
#include "api/aws/events/rules.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/tags.hpp"
#include "rialto/model/schedule.hpp"
#include "rialto/pattern/pattern.hpp"

namespace rialto::api::aws::events {
namespace {

constexpr const char* kAllCloudTrail = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/// A pattern, a schedule or both; an empty one counts as none beside the other.
Outcome<void> check_triggers(const json::Object& input, const BusName& bus) {
    const std::string pattern = text_of(input, "EventPattern");
    const std::string schedule = text_of(input, "ScheduleExpression");
    if (pattern.empty() && schedule.empty())
        return input.find("ScheduleExpression")
                   ? failure(Exception::Validation, "Parameter ScheduleExpression is not valid.")
                   : failure(Exception::Validation,
                             "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    if (!schedule.empty()) {
        if (bus.name != "default")
            return failure(Exception::Validation, "ScheduleExpression is supported only on the default event bus.");
        if (!model::Schedule::parse(schedule))
            return failure(Exception::Validation, "Parameter ScheduleExpression is not valid.");
    }
    if (!pattern.empty())
        if (const auto parsed = pattern::Pattern::parse(pattern); !parsed)
            return failure(Exception::InvalidEventPattern,
                           "Event pattern is not valid. Reason: " + parsed.error().message);
    if (text_of(input, "State") == kAllCloudTrail && (pattern.empty() || !schedule.empty()))
        return failure(Exception::Validation,
                       std::string{"State "} + kAllCloudTrail + " is supported only for rules with an event pattern.");
    return {};
}

/// Whether the schedule is the same and was not stopped meanwhile.
bool goes_on(const json::Object& old, const json::Object& rule) {
    return text_in(old, "ScheduleExpression") == text_in(rule, "ScheduleExpression") &&
           text_of(old, "State") != "DISABLED" && text_of(rule, "State") != "DISABLED";
}

Outcome<Output> put(const Rooms& rooms, Edit& edit, const Invocation& call) {
    const BusName bus = bus_named(call.input, "EventBusName", call.caller);
    const std::string name = *text_in(call.input, "Name");
    const std::string key = bus::rule_key(bus.owner, bus.name, name);
    const Document old = edit.find(Kind::Rule, key);
    const std::string creator = old ? text_of(*old, "CreatedBy") : std::string{};
    if (const auto open = open_bus(edit, bus, call.caller, "PutRule", rooms.catalog.born(), creator); !open)
        return std::unexpected{open.error()};
    if (auto checked = check_triggers(call.input, bus); !checked)
        return std::unexpected{std::move(checked.error())};
    if (old)
        if (auto may = check_may_change(*old); !may)
            return std::unexpected{std::move(may.error())};
    if (!old)
        if (auto room = check_room(edit, Kind::Rule, bus.key() + ':', rooms.quotas.rules_per_bus); !room)
            return std::unexpected{std::move(room.error())};
    const std::int64_t now = millis(rooms.clock.now());
    json::Object rule{{"Name", name}};
    copy(call.input, {"EventPattern", "ScheduleExpression"}, rule);
    rule.set("State", text_in(call.input, "State").value_or("ENABLED"));
    copy(call.input, {"Description", "RoleArn"}, rule);
    rule.set("EventBusName", bus.name);
    rule.set("Since", old && goes_on(*old, rule) ? int64_of(*old, "Since").value_or(now) : now);
    if (old) {
        copy(*old, {"CreatedBy", "Tags", "Targets"}, rule);
    } else {
        rule.set("CreatedBy", call.caller.account);
        if (auto tagged = put_tags(call.input, rule); !tagged)
            return std::unexpected{std::move(tagged.error())};
    }
    edit.put(Kind::Rule, key, std::move(rule));
    return json::Object{{"RuleArn", rule_arn(bus, name)}};
}

}  // namespace

Operation put_rule(const Rooms& rooms) {
    return changing(rooms.catalog, "PutRule",
                    structure("PutRuleRequest",
                              {required("Name", resource_name()), optional("ScheduleExpression", string().at_most(256)),
                               optional("EventPattern", string().at_most(4096)),
                               optional("State", string().one_of({"ENABLED", "DISABLED", kAllCloudTrail})),
                               optional("Description", description()), optional("RoleArn", arn()),
                               optional("Tags", tags()), optional("EventBusName", event_bus_name_or_arn())}),
                    [rooms](Edit& edit, const Invocation& call) { return put(rooms, edit, call); });
}

}  // namespace rialto::api::aws::events
