#include <algorithm>
#include <utility>

#include "api/aws/events/operations.hpp"
#include "api/aws/events/rules.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"
#include "rialto/bus/replay_document.hpp"
#include "rialto/model/arn.hpp"

/// Replays, as AWS has them.
namespace rialto::api::aws::events {
namespace {

std::unexpected<Failure> missing(const std::string& replay) {
    return failure(Exception::ResourceNotFound, "Replay " + replay + " does not exist.");
}

std::unexpected<Failure> invalid(const std::string& parameter, const std::string& reason) {
    return failure(Exception::Validation, "Parameter " + parameter + " is not valid. Reason: " + reason);
}

/// The archive that a replay is of, which must be the caller's.
Outcome<Document> archive_of(const Resources& resources, const Invocation& call) {
    const auto arn = model::Arn::parse(text_of(call.input, "EventSourceArn"));
    const auto name = arn ? arn->name_after("archive/") : std::nullopt;
    if (!name)
        return invalid("EventSourceArn", "Must contain an archive ARN.");
    Document found = Identity{arn->account, arn->region} == call.caller
                         ? resources.find(Kind::Archive, bus::key_of(call.caller, *name))
                         : nullptr;
    if (!found)
        return invalid("EventSourceArn", "Archive " + *name + " does not exist.");
    return found;
}

/// The only rules that are to see the events are rules of that bus.
Outcome<void> check_filter(const Resources& resources, const json::Object& destination, const BusName& bus) {
    const json::Value* filter = destination.find("FilterArns");
    if (!filter)
        return {};
    const std::string prefix = rule_arn(bus, "");
    for (const json::Value& one : *filter->as_array()) {
        const std::string& text = *one.as_string();
        const std::string rule = text.substr(std::min(prefix.size(), text.size()));
        if (!text.starts_with(prefix) || rule.contains('/'))
            return invalid("Destination.FilterArns", "Must contain rule ARNs of the destination event bus.");
        if (!resources.find(Kind::Rule, bus::rule_key(bus.owner, bus.name, rule)))
            return invalid("Destination.FilterArns", "Rule " + rule + " does not exist on EventBus " + bus.name + ".");
    }
    return {};
}

Outcome<void> check_destination(const Resources& resources, const Invocation& call, const json::Object& archive,
                                TimePoint born) {
    const json::Object& destination = *object_of(call.input, "Destination");
    const std::string text = text_of(destination, "Arn");
    const auto arn = model::Arn::parse(text);
    if (!arn || !arn->name_after("event-bus/"))
        return invalid("Destination.Arn", "Must contain an event bus ARN.");
    const BusName name = bus_named(destination, "Arn", call.caller);
    if (const auto bus = find_bus(resources, name, born); !bus)
        return std::unexpected{bus.error()};
    if (text != text_of(archive, "EventSourceArn"))
        return invalid("Destination.Arn", "Cross event bus replay is not permitted.");
    return check_filter(resources, destination, name);
}

Outcome<Output> start(const Rooms& rooms, Edit& edit, const Invocation& call) {
    const std::string name = *text_in(call.input, "ReplayName");
    const std::string key = bus::key_of(call.caller, name);
    if (edit.find(Kind::Replay, key))
        return failure(Exception::ResourceAlreadyExists, "Replay " + name + " already exists.");
    const auto archive = archive_of(edit, call);
    if (!archive)
        return std::unexpected{archive.error()};
    if (auto checked = check_destination(edit, call, **archive, rooms.catalog.born()); !checked)
        return std::unexpected{std::move(checked.error())};
    const auto from = millis_in(call.input, "EventStartTime");
    const auto to = millis_in(call.input, "EventEndTime");
    if (*from >= *to)
        return invalid("EventEndTime", "EventStartTime must be before EventEndTime.");
    if (!std::cmp_less(bus::replays_under_way(edit, call.caller), rooms.quotas.concurrent_replays))
        return over_quota();
    json::Object replay = bus::new_replay({.name = name,
                                           .description = text_in(call.input, "Description"),
                                           .archive = text_of(call.input, "EventSourceArn"),
                                           .destination = *object_of(call.input, "Destination"),
                                           .from = TimePoint{Duration{*from}},
                                           .to = TimePoint{Duration{*to}}},
                                          rooms.clock.now());
    json::Object output{{"ReplayArn", bus::replay_arn(key)}};
    copy(replay, {"State"}, output);
    copy_times(replay, {"ReplayStartTime"}, output);
    edit.put(Kind::Replay, key, std::move(replay));
    return output;
}

Outcome<Output> cancel(Edit& edit, const Invocation& call) {
    const std::string name = *text_in(call.input, "ReplayName");
    const std::string key = bus::key_of(call.caller, name);
    const Document found = edit.find(Kind::Replay, key);
    if (!found)
        return missing(name);
    if (!bus::is_under_way(*found))
        return failure(Exception::IllegalStatus, "Replay " + name + " is not in a valid state for this operation.");
    edit.put(Kind::Replay, key, bus::cancelled(*found));
    return Output{json::Object{{"ReplayArn", bus::replay_arn(key)}, {"State", "CANCELLING"}}};
}

/// Where a replay that runs has got to, or ended.
Task<std::optional<std::int64_t>> last_replayed(storage::ArchiveStore& store, const std::string& arn) {
    const auto reached = co_await store.progress(arn);
    if (!reached || !*reached || (*reached)->ingested == TimePoint{})
        co_return std::nullopt;
    co_return millis((*reached)->ingested);
}

Task<Outcome<Output>> describe(const bus::Catalog& catalog, storage::ArchiveStore& store, Invocation call) {
    const std::string name = *text_in(call.input, "ReplayName");
    const Document found = catalog.read(
        [&](const Resources& resources) { return resources.find(Kind::Replay, bus::key_of(call.caller, name)); });
    if (!found)
        co_return missing(name);
    json::Object replay = *found;
    const std::string arn = bus::replay_arn(bus::key_of(call.caller, name));
    if (bus::is_under_way(replay))
        if (const auto last = co_await last_replayed(store, arn))
            replay.set("EventLastReplayedTime", *last);
    json::Object output{{"ReplayName", name}, {"ReplayArn", arn}};
    copy(replay, {"Description", "State", "StateReason", "EventSourceArn", "Destination"}, output);
    copy_times(replay, {"EventStartTime", "EventEndTime", "EventLastReplayedTime", "ReplayStartTime", "ReplayEndTime"},
               output);
    co_return output;
}

Outcome<Output> list(const Resources& resources, const Invocation& call) {
    const auto filters = std::ranges::count_if(std::array{"NamePrefix", "EventSourceArn", "State"},
                                               [&](const char* name) { return call.input.find(name) != nullptr; });
    if (filters > 1)
        return failure(
            Exception::Validation,
            "At most one filter is allowed for ListReplays. Use either : State, EventSourceArn, or NamePrefix.");
    const auto wanted = [&](const json::Object& replay) {
        return std::ranges::all_of(std::array{"EventSourceArn", "State"}, [&](const char* name) {
            const auto filter = text_in(call.input, name);
            return !filter || text_in(replay, name) == filter;
        });
    };
    const std::string prefix = bus::key_of(call.caller, text_of(call.input, "NamePrefix"));
    return show_page(
        page_of(resources, Kind::Replay, prefix, call.input, wanted), "Replays", [](const Resources::Entry& entry) {
            json::Object item;
            copy(*entry.second, {"ReplayName", "EventSourceArn", "State", "StateReason"}, item);
            copy_times(*entry.second,
                       {"EventStartTime", "EventEndTime", "EventLastReplayedTime", "ReplayStartTime", "ReplayEndTime"},
                       item);
            return json::Value{std::move(item)};
        });
}

Shape named(const char* name) { return structure(name, {required("ReplayName", resource_name())}); }

Shape state() { return string().one_of({"STARTING", "RUNNING", "CANCELLING", "COMPLETED", "CANCELLED", "FAILED"}); }

}  // namespace

Operation start_replay(const Rooms& rooms) {
    const Shape destination =
        structure("ReplayDestination", {required("Arn", arn()), optional("FilterArns", list(arn()))});
    return changing(rooms.catalog, "StartReplay",
                    structure("StartReplayRequest",
                              {required("ReplayName", resource_name()), optional("Description", description()),
                               required("EventSourceArn", source_arn()), required("EventStartTime", timestamp()),
                               required("EventEndTime", timestamp()), required("Destination", destination)}),
                    [rooms](Edit& edit, const Invocation& call) { return start(rooms, edit, call); });
}

Operation cancel_replay(const Rooms& rooms) {
    return changing(rooms.catalog, "CancelReplay", named("CancelReplayRequest"), cancel);
}

Operation describe_replay(const Rooms& rooms) {
    return {.name = "DescribeReplay", .input = named("DescribeReplayRequest"), .run = [rooms](Invocation call) {
                return describe(rooms.catalog, rooms.archives, std::move(call));
            }};
}

Operation list_replays(const Rooms& rooms) {
    return reading(rooms.catalog, "ListReplays",
                   structure("ListReplaysRequest", {optional("NamePrefix", resource_name()), optional("State", state()),
                                                    optional("EventSourceArn", source_arn()),
                                                    optional("NextToken", next_token()), optional("Limit", limit())}),
                   list);
}

}  // namespace rialto::api::aws::events
