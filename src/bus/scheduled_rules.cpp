#include "rialto/bus/scheduled_rules.hpp"

#include <optional>
#include <utility>

#include "rialto/json/members.hpp"
#include "rialto/model/schedule.hpp"

namespace rialto::bus {
namespace {

using json::text_of;

std::optional<TimePoint> time_of(const json::Object& object, std::string_view name) {
    const auto millis = json::int64_of(object, name);
    return millis ? std::optional{TimePoint{Duration{*millis}}} : std::nullopt;
}

bool is_scheduled(const Document& rule) {
    return rule && !text_of(*rule, "ScheduleExpression").empty() && text_of(*rule, "State") != "DISABLED";
}

}  // namespace

model::Event scheduled_event(const RuleName& rule, TimePoint due, std::string id) {
    model::Event event;
    event.id = std::move(id);
    event.detail_type = "Scheduled Event";
    event.source = "aws.events";
    event.account = rule.owner.account;
    event.time = due;
    event.region = rule.owner.region;
    event.resources = {model::rule_arn(rule.owner.region, rule.owner.account, rule.bus, rule.rule)};
    event.detail = "{}";
    return event;
}

ScheduledRules::ScheduledRules(asio::any_io_executor executor, Catalog& catalog, EventBus& bus, const Clock& clock,
                               Timer& timer, metrics::Registry& metrics)
    : catalog_{catalog},
      bus_{bus},
      scheduler_{std::move(executor),
                 clock,
                 timer,
                 [this](std::string key, TimePoint due, std::string event_id) {
                     return fire(std::move(key), due, std::move(event_id));
                 },
                 {},
                 metrics} {}

/// From when on its ticks count. What the file declares begins when it is first declared, which its mark tells.
TimePoint ScheduledRules::begin_of(const json::Object& rule, const Document& fired) const {
    const auto declared = fired ? time_of(*fired, "Since") : std::nullopt;
    return declared ? *declared : time_of(rule, "Since").value_or(catalog_.born());
}

void ScheduledRules::follow(const std::vector<Catalog::Key>& changed) {
    for (const auto& [kind, key] : changed) {
        if (kind != Kind::Rule)
            continue;
        const auto [rule, fired] = catalog_.read([&key](const Resources& resources) {
            return std::pair{resources.find(Kind::Rule, key), resources.find(Kind::Fired, key)};
        });
        const auto schedule = is_scheduled(rule) ? model::Schedule::parse(text_of(*rule, "ScheduleExpression"))
                                                 : Error{Errc::NotFound, ""};
        if (!schedule) {
            scheduler_.remove(key);
            continue;
        }
        scheduler_.update({.key = key, .schedule = *schedule, .created = begin_of(*rule, fired)},
                          fired ? time_of(*fired, "At") : std::nullopt);
    }
}

Task<Status> ScheduledRules::fire(std::string key, TimePoint due, std::string event_id) {
    co_return co_await catalog_.change(
        [&](Edit& edit, storage::Outbox& outbox) { return owe(edit, outbox, key, due, event_id); });
}

/// False if the rule is no longer to be fired, or has been fired for that tick.
bool ScheduledRules::owe(Edit& edit, storage::Outbox& outbox, const std::string& key, TimePoint due,
                         const std::string& event_id) {
    const Document rule = edit.find(Kind::Rule, key);
    if (!is_scheduled(rule))
        return false;
    const Document fired = edit.find(Kind::Fired, key);
    // It may have been made anew, or have begun again, while this tick waited.
    const TimePoint begin = begin_of(*rule, fired);
    if (begin >= due || (fired && time_of(*fired, "At").value_or(TimePoint{}) >= due))
        return false;
    json::Object mark{{"At", due.time_since_epoch().count()}};
    if (fired && fired->find("Since"))
        mark.set("Since", begin.time_since_epoch().count());
    mark.set("ScheduleExpression", text_of(*rule, "ScheduleExpression"));
    edit.put(Kind::Fired, key, std::move(mark));
    const RuleName name = names_in(key);
    outbox =
        bus_.route_to(bus_key(bus_.identity(), name.owner, name.bus), name.rule, scheduled_event(name, due, event_id));
    return true;
}

}  // namespace rialto::bus
