#include "api/rest/replays.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/rest/answers.hpp"
#include "rialto/base/time.hpp"
#include "rialto/bus/replay_document.hpp"
#include "rialto/bus/resources.hpp"
#include "rialto/json/members.hpp"
#include "rialto/model/arn.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::api {
namespace {

using bus::Kind;
using json::text_of;

constexpr std::int64_t kFastest = 1'000'000;  // events a second
constexpr std::size_t kLongestName = 64;      // as AWS has it
constexpr std::size_t kLongestBus = 256;
constexpr std::size_t kMostRules = 100;

/// What a request asks for, or why it cannot be.
struct Wanted {
    std::string name;
    std::string archive;
    std::string bus;  ///< Empty: the archive's.
    std::vector<std::string> rules;
    TimePoint from;
    TimePoint to;
    std::int64_t rate = 0;
};

bool is_name(std::string_view text, std::size_t longest, std::string_view others) {
    const auto allowed = [others](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.contains(c);
    };
    return !text.empty() && text.size() <= longest && std::ranges::all_of(text, allowed);
}

bool is_name(std::string_view text) { return is_name(text, kLongestName, "._-"); }

Error invalid(std::string message) { return {Errc::InvalidArgument, std::move(message)}; }

/// Reads members one after the other and remembers the first that is wrong.
class Members {
public:
    explicit Members(const json::Object& object) : object_{object} {}

    std::string name(const char* member) {
        const json::Value* value = object_.find(member);
        const std::string* text = value ? value->as_string() : nullptr;
        if (text && is_name(*text))
            return *text;
        fail(std::string{member} + " must be a name of 1 to 64 letters, digits, dots, hyphens and underscores");
        return {};
    }

    std::string bus(const char* member) {
        const json::Value* value = object_.find(member);
        if (!value)
            return {};
        const std::string* text = value->as_string();
        if (text && is_name(*text, kLongestBus, "/._-"))
            return *text;
        fail(std::string{member} + " must be the name of an event bus");
        return {};
    }

    TimePoint time(const char* member) {
        const json::Value* value = object_.find(member);
        const std::string* text = value ? value->as_string() : nullptr;
        const auto time = text ? from_rfc3339(*text) : std::nullopt;
        if (!time)
            fail(std::string{member} + " must be a time, such as 2026-01-31T08:15:30Z");
        return time.value_or(TimePoint{});
    }

    std::int64_t rate(const char* member) {
        const json::Value* value = object_.find(member);
        if (!value)
            return 0;
        const auto rate = value->as_int64();
        if (!rate || *rate < 1 || *rate > kFastest)
            fail(std::string{member} + " must be a whole number of events a second, 1 to 1000000");
        return rate.value_or(0);
    }

    std::vector<std::string> names(const char* member) {
        std::vector<std::string> names;
        const json::Value* value = object_.find(member);
        const json::Array* array = value ? value->as_array() : nullptr;
        if (value && !array)
            fail(std::string{member} + " must be an array of names");
        if (!array)
            return names;
        if (array->size() > kMostRules) {
            fail(std::string{member} + " must name at most 100");
            return names;
        }
        for (const json::Value& one : *array) {
            const std::string* text = one.as_string();
            if (text && is_name(*text))
                names.push_back(*text);
            else
                fail(std::string{member} + " must be an array of names");
        }
        return names;
    }

    const std::optional<Error>& problem() const { return problem_; }

private:
    void fail(std::string message) {
        if (!problem_)
            problem_ = invalid(std::move(message));
    }

    const json::Object& object_;
    std::optional<Error> problem_;
};

Result<Wanted> wanted_of(const std::string& body) {
    auto value = json::parse(body);
    if (!value)
        return std::move(value).error();
    const json::Object* object = value->as_object();
    if (!object)
        return invalid("the body must be an object");
    constexpr std::array<std::string_view, 7> kKnown{"name", "archive", "bus", "rules", "from", "to", "rate"};
    for (const auto& [member, one] : *object)
        if (std::ranges::find(kKnown, member) == kKnown.end())
            return invalid("there is no member " + member + "; there are name, archive, bus, rules, from, to and rate");
    Members members{*object};
    Wanted wanted{.name = members.name("name"),
                  .archive = members.name("archive"),
                  .bus = members.bus("bus"),
                  .rules = members.names("rules"),
                  .from = members.time("from"),
                  .to = members.time("to"),
                  .rate = members.rate("rate")};
    if (members.problem())
        return *members.problem();
    if (wanted.from >= wanted.to)
        return invalid("from must be before to");
    return wanted;
}

std::string arn_of(const bus::Identity& owner, std::string_view kind, const std::string& name) {
    return model::Arn{
        .service = "events", .region = owner.region, .account = owner.account, .resource = std::string{kind} + name}
        .text();
}

Error no_rule(const std::string& rule, const std::string& bus) {
    return {Errc::NotFound, "there is no rule " + rule + " on bus " + bus};
}

/// The bus that the replay is to, and the rules by their ARNs.
Result<json::Object> destination_of(const bus::Resources& resources, const bus::Identity& ours, const Wanted& wanted,
                                    const json::Object& archive) {
    const auto source = model::Arn::parse(text_of(archive, "EventSourceArn"));
    const std::string own = source ? source->name_after("event-bus/").value_or("default") : "default";
    const std::string& name = wanted.bus.empty() ? own : wanted.bus;
    if (name != "default" && !resources.find(Kind::Bus, bus::key_of(ours, name)))
        return Error{Errc::NotFound, "there is no bus " + name};
    json::Object destination{{"Arn", arn_of(ours, "event-bus/", name)}};
    json::Array arns;
    for (const std::string& rule : wanted.rules) {
        if (!resources.find(Kind::Rule, bus::rule_key(ours, name, rule)))
            return no_rule(rule, name);
        arns.emplace_back(model::rule_arn(ours.region, ours.account, name, rule));
    }
    if (!arns.empty())
        destination.set("FilterArns", std::move(arns));
    return destination;
}

/// As StartReplay makes it, with a rate.
Result<json::Object> document_of(const bus::Resources& resources, const bus::Identity& ours, const Wanted& wanted,
                                 const ReplayRooms& rooms) {
    if (resources.find(Kind::Replay, bus::key_of(ours, wanted.name)))
        return Error{Errc::AlreadyExists, "there is a replay " + wanted.name + " already"};
    const auto archive = resources.find(Kind::Archive, bus::key_of(ours, wanted.archive));
    if (!archive)
        return Error{Errc::NotFound, "there is no archive " + wanted.archive};
    const auto under_way = bus::replays_under_way(resources, ours);
    if (!std::cmp_less(under_way, rooms.most_under_way))
        return Error{Errc::Conflict,
                     "there are " + std::to_string(under_way) + " replays under way, as many as there may be"};
    auto destination = destination_of(resources, ours, wanted, *archive);
    if (!destination)
        return std::move(destination).error();
    return bus::new_replay({.name = wanted.name,
                            .description = {},
                            .archive = arn_of(ours, "archive/", wanted.archive),
                            .destination = std::move(*destination),
                            .from = wanted.from,
                            .to = wanted.to,
                            .rate = wanted.rate},
                           rooms.clock.now());
}

json::Object shown(const json::Object& replay) {
    json::Object shown{{"name", text_of(replay, "ReplayName")}, {"state", text_of(replay, "State")}};
    const auto add_name = [&shown](const char* member, const std::string& text, std::string_view before) {
        const auto arn = model::Arn::parse(text);
        if (const auto name = arn ? arn->name_after(before) : std::nullopt)
            shown.set(member, *name);
    };
    const auto add_time = [&](const char* member, const char* from) {
        if (const auto millis = json::int64_of(replay, from))
            shown.set(member, to_rfc3339(TimePoint{Duration{*millis}}));
    };
    add_name("archive", text_of(replay, "EventSourceArn"), "archive/");
    add_name("bus", text_of(*json::object_of(replay, "Destination"), "Arn"), "event-bus/");
    if (const json::Value* rules = json::object_of(replay, "Destination")->find("FilterArns"))
        shown.set("ruleArns", *rules);
    if (const json::Value* rate = replay.find("Rate"))
        shown.set("rate", *rate);
    if (const std::string reason = text_of(replay, "StateReason"); !reason.empty())
        shown.set("reason", reason);
    add_time("from", "EventStartTime");
    add_time("to", "EventEndTime");
    add_time("startedAt", "ReplayStartTime");
    add_time("endedAt", "ReplayEndTime");
    add_time("lastEventAt", "EventLastReplayedTime");
    return shown;
}

Task<http::Response> start(ReplayRooms rooms, Call call) {
    bus::Catalog& catalog = rooms.catalog;
    const auto wanted = wanted_of(call.request.body);
    if (!wanted)
        co_return problem(wanted.error());
    Result<json::Object> replay = Error{Errc::Internal, {}};
    const Status changed = co_await catalog.change([&](bus::Edit& edit) {
        replay = document_of(edit, catalog.identity(), *wanted, rooms);
        if (replay)
            edit.put(Kind::Replay, bus::key_of(catalog.identity(), wanted->name), *replay);
        return replay.has_value();
    });
    if (!changed || !replay)
        co_return problem(changed ? replay.error() : changed.error());
    http::Response response = json_answer(201, shown(*replay));
    response.headers.add("Location", "/replays/" + wanted->name);
    co_return response;
}

bus::Document find(const bus::Catalog& catalog, const Call& call) {
    return catalog.read([&](const bus::Resources& resources) {
        return resources.find(Kind::Replay, bus::key_of(catalog.identity(), call.path.at("name")));
    });
}

http::Response missing(const Call& call) { return problem(404, "there is no replay " + call.path.at("name")); }

/// Of one under way the store knows how far it has got.
Task<http::Response> read(ReplayRooms rooms, Call call) {
    const auto found = find(rooms.catalog, call);
    if (!found)
        co_return missing(call);
    json::Object replay = *found;
    if (bus::is_under_way(replay)) {
        const auto reached = co_await rooms.archives.progress(
            bus::replay_arn(bus::key_of(rooms.catalog.identity(), call.path.at("name"))));
        if (reached && *reached && (*reached)->ingested != TimePoint{})
            replay.set("EventLastReplayedTime", (*reached)->ingested.time_since_epoch().count());
    }
    co_return json_answer(200, shown(replay));
}

/// Ends it after the slice under way.
Task<http::Response> cancel(bus::Catalog& catalog, Call call) {
    bool may_end = false;
    const Status changed = co_await catalog.change([&](bus::Edit& edit) {
        const std::string key = bus::key_of(catalog.identity(), call.path.at("name"));
        const auto replay = edit.find(Kind::Replay, key);
        may_end = replay && bus::is_under_way(*replay);
        if (!may_end)
            return false;
        edit.put(Kind::Replay, key, bus::cancelled(*replay));
        return true;
    });
    if (!changed)
        co_return problem(changed.error());
    const auto replay = find(catalog, call);
    if (!replay)
        co_return missing(call);
    if (!may_end)
        co_return problem(409, "the replay is " + text_of(*replay, "State") + " and cannot be cancelled");
    co_return json_answer(202, shown(*replay));
}

}  // namespace

void add_replay_routes(Router& router, const ReplayRooms& rooms) {
    router.add("POST", "/replays", Body::Json, [rooms](Call call) { return start(rooms, std::move(call)); });
    router.add("GET", "/replays/{name}", Body::None, [rooms](Call call) { return read(rooms, std::move(call)); });
    router.add("DELETE", "/replays/{name}", Body::None,
               [rooms](Call call) { return cancel(rooms.catalog, std::move(call)); });
}

}  // namespace rialto::api
