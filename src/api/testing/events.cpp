#include <limits>
#include <set>
#include <utility>

#include "api/rest/answers.hpp"
#include "api/testing/duration.hpp"
#include "api/testing/routes.hpp"
#include "rialto/base/time.hpp"
#include "rialto/model/envelope.hpp"

namespace rialto::api {
namespace {

using inspection::EventFilter;
using inspection::RecentDelivery;
using inspection::RecentEvent;

constexpr std::int64_t kMostEvents = 1000;
constexpr Duration kLongestWait = 60s;
constexpr Duration kUsualWait = 30s;

std::string_view word_for(RecentDelivery::State state) {
    switch (state) {
        case RecentDelivery::State::Pending:
            return "pending";
        case RecentDelivery::State::Delivered:
            return "delivered";
        case RecentDelivery::State::Retrying:
            return "retrying";
        case RecentDelivery::State::GivenUp:
            return "given-up";
        case RecentDelivery::State::Split:
            return "split";
    }
    return "";
}

json::Object to_json(const RecentDelivery& delivery) {
    json::Object object{
        {"ruleArn", delivery.rule}, {"state", word_for(delivery.state)}, {"attempts", delivery.attempts}};
    if (!delivery.target_kind.empty())
        object.set("target", json::Object{{"id", delivery.target_id}, {"type", delivery.target_kind}});
    if (!delivery.part.empty())
        object.set("part", delivery.part);
    if (!delivery.error_code.empty())
        object.set("error", json::Object{{"code", delivery.error_code}, {"message", delivery.error_message}});
    return object;
}

json::Object to_json(const RecentEvent& event) {
    json::Array rules;
    json::Array deliveries;
    std::set<std::string_view> named;
    for (const RecentDelivery& delivery : *event.deliveries) {
        if (!delivery.rule.empty() && named.insert(delivery.rule).second)
            rules.emplace_back(delivery.rule);
        deliveries.emplace_back(to_json(delivery));
    }
    auto envelope = json::parse(*event.envelope, model::kEnvelopeLimits);
    return {{"cursor", event.cursor},
            {"bus", event.bus},
            {"seenAt", to_rfc3339(event.seen)},
            {"event", envelope ? std::move(*envelope) : json::Value{*event.envelope}},
            {"rules", std::move(rules)},
            {"settled", event.is_settled()},
            {"deliveries", std::move(deliveries)}};
}

http::Response shown(const std::vector<RecentEvent>& events, std::int64_t since) {
    json::Array array;
    for (const RecentEvent& event : events)
        array.emplace_back(to_json(event));
    const std::int64_t next = events.empty() ? since : events.back().cursor;
    return json_answer(200, json::Object{{"events", std::move(array)}, {"next", next}});
}

/// What both ways to ask have in common.
Result<EventFilter> filter_of(const Query& query, std::int64_t last) {
    EventFilter filter;
    const std::string* since = query.find("since");
    const bool from_now = since && *since == "now";
    const auto cursor =
        from_now ? Result<std::int64_t>{last} : query.number("since", 0, 0, std::numeric_limits<std::int64_t>::max());
    if (!cursor)
        return cursor.error();
    const auto limit = query.number("limit", kMostEvents, 1, kMostEvents);
    if (!limit)
        return limit.error();
    filter.since = *cursor;
    filter.limit = static_cast<std::size_t>(*limit);
    if (const std::string* bus = query.find("bus"))
        filter.bus = *bus;
    if (const std::string* settled = query.find("settled")) {
        if (*settled != "true" && *settled != "false")
            return Error{Errc::InvalidArgument, "settled must be true or false"};
        filter.settled = *settled == "true";
    }
    return filter;
}

Status add_pattern(EventFilter& filter, const std::string& text) {
    auto pattern = pattern::Pattern::parse(text);
    if (!pattern)
        return Error{Errc::InvalidArgument, "the pattern is not valid: " + pattern.error().message};
    filter.pattern = std::move(*pattern);
    return {};
}

Task<http::Response> list(const TestRooms& rooms, Call call) {
    auto filter = filter_of(call.query, rooms.recent.last());
    if (!filter)
        co_return problem(400, filter.error().message);
    if (const std::string* text = call.query.find("pattern"))
        if (Status valid = add_pattern(*filter, *text); !valid)
            co_return problem(400, valid.error().message);
    co_return shown(rooms.recent.find(*filter), filter->since);
}

Task<http::Response> wait(const TestRooms& rooms, Call call) {
    auto filter = filter_of(call.query, rooms.recent.last());
    if (!filter)
        co_return problem(400, filter.error().message);
    const std::string* in_query = call.query.find("pattern");
    const std::string text = call.request.method == "POST" ? call.request.body : in_query ? *in_query : std::string{};
    if (text.empty())
        co_return problem(400, "a pattern is required: in the query, or as the body of a POST");
    if (Status valid = add_pattern(*filter, text); !valid)
        co_return problem(400, valid.error().message);
    const std::string* timeout = call.query.find("timeout");
    const auto patience = timeout ? read_duration(*timeout, kLongestWait) : Result<Duration>{kUsualWait};
    if (!patience)
        co_return problem(400, "timeout " + patience.error().message);
    const std::int64_t since = filter->since;
    const auto found = co_await rooms.recent.wait(std::move(*filter), std::chrono::steady_clock::now() + *patience);
    if (!found)
        co_return problem(found.error());
    http::Response nothing;
    nothing.status = 204;
    co_return found->empty() ? nothing : shown(*found, since);
}

}  // namespace

void add_recent_event_routes(Router& router, const TestRooms& rooms) {
    router.add("GET", "/_rialto/events", Body::None, [&rooms](Call call) { return list(rooms, std::move(call)); });
    router.add("GET", "/_rialto/events/wait", Body::None, [&rooms](Call call) { return wait(rooms, std::move(call)); });
    router.add("POST", "/_rialto/events/wait", Body::Any, [&rooms](Call call) { return wait(rooms, std::move(call)); });
}

}  // namespace rialto::api
