#include <utility>

#include "api/aws/events/entry.hpp"
#include "api/aws/events/operations.hpp"
#include "api/aws/events/partner_sources.hpp"
#include "api/aws/events/shapes.hpp"
#include "rialto/bus/routing.hpp"

namespace rialto::api::aws::events {
namespace {

/// The accounts, in each region, that have a bus for a source of this partner, if the partner has such a source at all.
Outcome<std::vector<Identity>> customers_of(const Resources& resources, const std::string& partner,
                                            const std::string& source, TimePoint now) {
    std::vector<Identity> customers;
    bool offered = false;
    for (const auto& [key, document] : resources.list(Kind::EventSource, "")) {
        const auto region = key.find(':') + 1;
        const auto name = key.find(':', region) + 1;
        if (key.compare(name, std::string::npos, source) != 0 || text_of(*document, "Partner") != partner)
            continue;
        const Identity owner{key.substr(0, region - 1), key.substr(region, name - region - 1)};
        const auto found = find_event_source(resources, owner, source, now);
        offered = offered || found;
        if (found && found->state == "ACTIVE")
            customers.push_back(owner);
    }
    if (!offered)
        return failure(Exception::ResourceNotFound, "Event source " + source + " does not exist.");
    return customers;
}

/// What an entry owes to the buses of all customers, who each get an event of their own with the same id.
std::expected<model::Event, EntryFault> route(const Rooms& rooms, const Invocation& call, const json::Object& entry,
                                              TimePoint now, bus::Batch& batch) {
    auto event = read_entry(entry, now);
    if (!event)
        return event;
    const auto customers = rooms.catalog.read(
        [&](const Resources& resources) { return customers_of(resources, call.caller.account, event->source, now); });
    if (!customers)
        return std::unexpected{
            EntryFault{"InvalidArgument", "Parameter Source is not valid. Reason: " + customers.error().message}};
    event->id = uuid_v4(rooms.random);
    for (const Identity& customer : *customers) {
        event->account = customer.account;
        event->region = customer.region;
        rooms.bus.route_into(batch, bus::bus_key(rooms.bus.identity(), customer, event->source), *event);
    }
    return event;
}

Task<Outcome<Output>> put(Rooms rooms, Invocation call) {
    const json::Array& entries = *call.input.find("Entries")->as_array();
    std::size_t size = 0;
    for (const json::Value& entry : entries)
        size += entry_size(*entry.as_object());
    if (size > kMostBytes)
        co_return failure(Exception::Validation, "Total size of the entries in the request is over the limit.");
    bus::Batch batch;
    json::Array put;
    for (const json::Value& entry : entries)
        put.push_back(result_of(route(rooms, call, *entry.as_object(), rooms.clock.now(), batch)));
    if (Status stored = co_await rooms.bus.put(std::move(batch)); !stored)
        co_return std::unexpected{to_failure(stored.error())};
    co_return results(std::move(put));
}

}  // namespace

Operation put_partner_events(const Rooms& rooms) {
    const Shape entry = structure("PutPartnerEventsRequestEntry",
                                  {optional("Time", timestamp()), optional("Source", event_source_name()),
                                   optional("Resources", list(string().at_most(2048))),
                                   optional("DetailType", string()), optional("Detail", string())});
    return {.name = "PutPartnerEvents",
            .input = structure("PutPartnerEventsRequest", {required("Entries", list(entry).at_least(1).at_most(20))}),
            .run = [rooms](Invocation call) { return put(rooms, std::move(call)); }};
}

}  // namespace rialto::api::aws::events
