#include "rialto/bus/replay_document.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "rialto/bus/routing.hpp"
#include "rialto/json/members.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::bus {
namespace {

using json::text_of;

TimePoint time_of(const json::Object& object, std::string_view name) {
    return TimePoint{Duration{json::int64_of(object, name).value_or(0)}};
}

std::string_view word_for(ReplayState state) {
    switch (state) {
        case ReplayState::Running:
            return "RUNNING";
        case ReplayState::Completed:
            return "COMPLETED";
        case ReplayState::Cancelled:
            return "CANCELLED";
        case ReplayState::Failed:
            return "FAILED";
    }
    return "FAILED";
}

}  // namespace

json::Object new_replay(ReplayRequest request, TimePoint now) {
    json::Object document{{"ReplayName", std::move(request.name)}};
    if (request.description)
        document.set("Description", std::move(*request.description));
    document.set("EventSourceArn", std::move(request.archive));
    document.set("Destination", std::move(request.destination));
    document.set("State", "STARTING");
    document.set("EventStartTime", request.from.time_since_epoch().count());
    document.set("EventEndTime", request.to.time_since_epoch().count());
    document.set("ReplayStartTime", whole_second(now));
    if (request.rate > 0)
        document.set("Rate", request.rate);
    return document;
}

std::string replay_arn(const std::string& key) {
    const Identity owner = owner_in(key);
    return model::Arn{.service = "events",
                      .region = owner.region,
                      .account = owner.account,
                      .resource = "replay/" + key.substr(key.rfind(':') + 1)}
        .text();
}

Replay replay_of(const json::Object& document, const Identity& owner, const Identity& ours) {
    const std::string name = text_of(document, "ReplayName");
    const json::Object& destination = *document.find("Destination")->as_object();
    const auto bus = model::Arn::parse(text_of(destination, "Arn"));
    Replay replay{.key = replay_arn(key_of(owner, name)),
                  .name = name,
                  .archive = text_of(document, "EventSourceArn"),
                  .bus = bus_key(ours, {bus->account, bus->region}, bus->name_after("event-bus/").value_or("")),
                  .rules = {},
                  .from = time_of(document, "EventStartTime"),
                  .to = time_of(document, "EventEndTime"),
                  .rate = json::int64_of(document, "Rate").value_or(0)};
    if (const json::Value* filter = destination.find("FilterArns"))
        for (const json::Value& arn : *filter->as_array())
            replay.rules.push_back(*arn.as_string());
    return replay;
}

bool is_under_way(const json::Object& document) {
    const std::string state = text_of(document, "State");
    return state == "STARTING" || state == "RUNNING";
}

std::size_t replays_under_way(const Resources& resources, const Identity& owner) {
    const auto all = resources.list(Kind::Replay, key_of(owner, ""));
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [](const auto& entry) { return is_under_way(*entry.second); }));
}

TimePoint end_of(const json::Object& document) { return time_of(document, "ReplayEndTime"); }

json::Object cancelled(json::Object document) {
    document.set("State", "CANCELLING");
    return document;
}

json::Object with_report(json::Object document, const ReplayReport& report) {
    const bool has_ended = report.state != ReplayState::Running;
    if (has_ended || text_of(document, "State") != "CANCELLING")
        document.set("State", word_for(report.state));
    if (!report.reason.empty())
        document.set("StateReason", report.reason);
    if (report.last_event)
        document.set("EventLastReplayedTime", report.last_event->time_since_epoch().count());
    if (has_ended)
        document.set("ReplayEndTime", whole_second(report.when));
    return document;
}

}  // namespace rialto::bus
