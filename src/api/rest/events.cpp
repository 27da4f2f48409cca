#include "api/rest/events.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "api/aws/events/entry.hpp"
#include "api/rest/answers.hpp"
#include "api/rest/cloud_events.hpp"
#include "rialto/bus/routing.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::api {
namespace {

constexpr std::string_view kDefaultBus = "default";

/// An event and the key of the bus that it goes to.
struct Addressed {
    std::string bus;
    model::Event event;
};

/// Which event of a request with several a complaint is about.
std::string place(std::size_t index, std::size_t count) {
    return count > 1 ? "batch[" + std::to_string(index) + "]: " : std::string{};
}

/// The bus that the entry names, by name or ARN, and whose it is. Nothing for what can be none of our account's.
std::optional<std::pair<bus::Identity, std::string>> bus_of(const CloudEntry& entry, const bus::Identity& ours) {
    const std::string named = entry.bus.value_or(std::string{kDefaultBus});
    if (!named.starts_with("arn:"))
        return std::pair{ours, named};
    const auto arn = model::Arn::parse(named);
    const auto name = arn ? arn->name_after("event-bus/") : std::nullopt;
    if (!name || arn->service != "events" || arn->account != ours.account)
        return std::nullopt;
    return std::pair{bus::Identity{.account = arn->account, .region = arn->region}, *name};
}

/// The same CloudEvent, told by its source and id, is the same event each time it is sent.
std::string id_of(const CloudEntry& entry) { return uuid_of("cloudevent\n" + entry.source + '\n' + entry.id); }

std::expected<Addressed, http::Response> address(CloudEntry entry, const bus::EventBus& bus, TimePoint now,
                                                 const std::string& where) {
    const auto named = bus_of(entry, bus.identity());
    const std::string key = named ? bus::bus_key(bus.identity(), named->first, named->second) : std::string{};
    // Every region has a bus "default", whether or not a rule was ever made on it.
    if (!named || (named->second != kDefaultBus && !bus.has(key)))
        return std::unexpected{problem(404, where + "there is no bus " + *entry.bus)};
    auto detail = aws::events::compact_detail(entry.detail);
    if (!detail)
        return std::unexpected{problem(400, where + "the detail holds an integer of more than 64 bits")};
    Addressed addressed{.bus = key, .event = {}};
    model::Event& event = addressed.event;
    event.id = id_of(entry);
    event.detail_type = std::move(entry.detail_type);
    event.source = std::move(entry.source);
    event.account = named->first.account;
    event.time = entry.time.value_or(now);
    event.region = named->first.region;
    event.resources = std::move(entry.resources);
    event.detail = std::move(*detail);
    event.trace_header = std::move(entry.trace_header);
    return addressed;
}

/// `?detail=whole` has the whole CloudEvent as the detail.
Result<CloudOptions> options_of(const Query& query) {
    CloudOptions options;
    const std::string* shape = query.find("detail");
    if (shape && *shape != "plain" && *shape != "whole")
        return Error{Errc::InvalidArgument, "detail must be plain or whole"};
    if (shape && *shape == "whole")
        options.shape = DetailShape::Whole;
    return options;
}

Task<http::Response> put(bus::EventBus& bus, const Clock& clock, Call call) {
    const auto options = options_of(call.query);
    if (!options)
        co_return problem(options.error());
    auto entries = read_cloud_events(call.request, *options);
    if (!entries) {
        const auto& refused = entries.error();
        co_return problem(refused.status, refused.message);
    }
    const TimePoint now = clock.now();
    std::vector<Addressed> events;
    for (std::size_t i = 0; i < entries->size(); ++i) {
        auto addressed = address(std::move((*entries)[i]), bus, now, place(i, entries->size()));
        if (!addressed)
            co_return std::move(addressed.error());
        events.push_back(std::move(*addressed));
    }
    bus::Batch batch;
    json::Array shown;
    for (const Addressed& one : events) {
        bus.route_into(batch, one.bus, one.event);
        shown.emplace_back(json::Object{{"id", one.event.id}});
    }
    const Status stored = co_await bus.put(std::move(batch));
    co_return stored ? json_answer(202, json::Object{{"events", std::move(shown)}}) : problem(stored.error());
}

}  // namespace

void add_event_routes(Router& router, bus::EventBus& bus, const Clock& clock) {
    router.add("POST", "/events", Body::Any, [&bus, &clock](Call call) { return put(bus, clock, std::move(call)); });
}

}  // namespace rialto::api
