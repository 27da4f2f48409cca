#include <algorithm>
#include <utility>
#include <vector>

#include "api/aws/events/entry.hpp"
#include "api/aws/events/operations.hpp"
#include "api/aws/events/shapes.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/bus/routing.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::api::aws::events {
namespace {

constexpr std::size_t kLongestTraceHeader = 500;

/// A global endpoint, as far as events that are put through it are concerned.
struct Endpoint {
    std::string arn;
    std::vector<BusName> buses;  // the first, in its own Region, takes the event, the others get a copy
};

Outcome<std::optional<Endpoint>> endpoint_named(const Resources& resources, const Invocation& call) {
    const auto id = text_in(call.input, "EndpointId");
    if (!id)
        return std::nullopt;
    for (const auto& [key, document] : resources.list(Kind::Endpoint, call.caller.account + ':')) {
        if (text_of(*document, "EndpointId") != *id)
            continue;
        Endpoint endpoint{.arn = text_of(*document, "Arn"), .buses = {}};
        for (const json::Value& bus : *document->find("EventBuses")->as_array())
            endpoint.buses.push_back(bus_named(*bus.as_object(), "EventBusArn", call.caller));
        const json::Object* replication = object_of(*document, "ReplicationConfig");
        const auto arn = model::Arn::parse(endpoint.arn);
        std::ranges::partition(endpoint.buses,
                               [&](const BusName& bus) { return arn && bus.owner.region == arn->region; });
        if (replication && text_of(*replication, "State") == "DISABLED")
            endpoint.buses.resize(1);
        return endpoint;
    }
    return failure(Exception::Validation, "Endpoint " + *id + " does not exist.");
}

/// The buses that an entry goes to.
std::vector<BusName> buses_of(const json::Object& entry, const Invocation& call,
                              const std::optional<Endpoint>& endpoint) {
    const BusName named = bus_named(entry, "EventBusName", call.caller);
    if (!endpoint)
        return {named};
    std::vector<BusName> buses = endpoint->buses;
    std::erase_if(buses, [&](const BusName& bus) { return bus.name != named.name; });
    return buses;
}

/// What the request itself was sent with, as far as an entry could have it. AWS: it stands in for the entries' own.
std::string trace_header_of(const http::RequestHead& request) {
    const std::string_view given = request.headers.find("X-Amzn-Trace-Id").value_or("");
    return std::string{given.size() <= kLongestTraceHeader && is_utf8(given) ? given : ""};
}

/// One denial fails the whole request.
Outcome<void> check_access(const Resources& resources, const BusName& bus, const Invocation& call,
                           const json::Object& entry, TimePoint born) {
    if (bus.owner.account == call.caller.account)
        return {};
    const auto found = find_bus(resources, bus, born);
    const json::Object nothing;
    const bus::PolicyRequest request{.account = call.caller.account,
                                     .action = "events:PutEvents",
                                     .resource = bus.arn(),
                                     .context = {{"events:source", text_of(entry, "Source")},
                                                 {"events:detail-type", text_of(entry, "DetailType")},
                                                 {"events:eventBusInvocation", "false"}}};
    return check_access(found ? **found : nothing, bus, request);
}

/// The entries of one request on their way to their buses.
class PutRequest {
public:
    PutRequest(const Rooms& rooms, const Invocation& call) : rooms_{rooms}, call_{call} {}

    /// What fails the request as a whole.
    Outcome<void> check() {
        std::size_t size = 0;
        for (const json::Value& entry : entries())
            size += entry_size(*entry.as_object());
        if (size > kMostBytes)
            return failure(Exception::Validation, "Total size of the entries in the request is over the limit.");
        const bool simple = !call_.input.find("EndpointId") && std::ranges::none_of(entries(), [](const auto& entry) {
            const json::Value* bus = entry.find("EventBusName");
            return bus && bus->as_string()->starts_with("arn:");
        });
        return simple ? Outcome<void>{}
                      : rooms_.catalog.read([this](const Resources& resources) { return look_up(resources); });
    }

    /// Routes each entry. What they owe is then in take_routed().
    json::Array route() {
        json::Array results;
        const TimePoint now = rooms_.clock.now();
        for (const json::Value& entry : entries()) {
            auto event = read_entry(*entry.as_object(), now);
            if (event && event->source.starts_with("aws."))
                event =
                    std::unexpected{EntryFault{"NotAuthorizedForSourceException", "Not authorized for the source."}};
            if (event)
                route_one(*event, *entry.as_object());
            results.push_back(result_of(event));
        }
        return results;
    }

    bus::Batch take_routed() { return std::move(routed_); }

private:
    const json::Array& entries() const { return *call_.input.find("Entries")->as_array(); }

    Outcome<void> look_up(const Resources& resources) {
        auto endpoint = endpoint_named(resources, call_);
        if (!endpoint)
            return std::unexpected{std::move(endpoint.error())};
        endpoint_ = std::move(*endpoint);
        for (const json::Value& entry : entries())
            for (const BusName& bus : buses_of(*entry.as_object(), call_, endpoint_))
                if (auto allowed = check_access(resources, bus, call_, *entry.as_object(), rooms_.catalog.born());
                    !allowed)
                    return allowed;
        return {};
    }

    void route_one(model::Event& event, const json::Object& entry) {
        event.id = uuid_v4(rooms_.random);
        event.account = call_.caller.account;
        if (endpoint_)
            event.resources.push_back(endpoint_->arn);
        event.trace_header = text_in(entry, "TraceHeader").value_or(trace_header_);
        event.region.clear();
        for (const BusName& bus : buses_of(entry, call_, endpoint_)) {
            if (event.region.empty())
                event.region = bus.owner.region;  // a copy in another region keeps it
            rooms_.bus.route_into(routed_, bus::bus_key(rooms_.bus.identity(), bus.owner, bus.name), event);
        }
    }

    const Rooms& rooms_;
    const Invocation& call_;
    const std::string trace_header_ = trace_header_of(call_.request);
    std::optional<Endpoint> endpoint_;
    bus::Batch routed_;
};

Task<Outcome<Output>> put(Rooms rooms, Invocation call) {
    PutRequest request{rooms, call};
    if (auto checked = request.check(); !checked)
        co_return std::unexpected{std::move(checked.error())};
    json::Array entries = request.route();
    if (Status stored = co_await rooms.bus.put(request.take_routed()); !stored)
        co_return std::unexpected{to_failure(stored.error())};
    co_return results(std::move(entries));
}

Shape non_partner_event_bus_name_or_arn() {
    return string().at_least(1).at_most(1600).matching(
        R"((arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[\.\-_A-Za-z0-9]+)");
}

}  // namespace

Operation put_events(const Rooms& rooms) {
    const Shape entry =
        structure("PutEventsRequestEntry",
                  {optional("Time", timestamp()), optional("Source", string()),
                   optional("Resources", list(string().at_most(2048))), optional("DetailType", string()),
                   optional("Detail", string()), optional("EventBusName", non_partner_event_bus_name_or_arn()),
                   optional("TraceHeader", string().at_least(1).at_most(kLongestTraceHeader)),
                   // AWS's messages show these two, which its model does not have.
                   optional("KmsKeyIdentifier", string()), optional("InternalMetadata", string())});
    return {
        .name = "PutEvents",
        .input = structure("PutEventsRequest", {required("Entries", list(entry).at_least(1).at_most(10)),
                                                optional("EndpointId", string().at_least(1).at_most(50).matching(
                                                                           R"(^[A-Za-z0-9\-]+[\.][A-Za-z0-9\-]+$)"))}),
        .run = [rooms](Invocation call) { return put(rooms, std::move(call)); }};
}

}  // namespace rialto::api::aws::events
