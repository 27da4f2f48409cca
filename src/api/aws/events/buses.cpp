#include <algorithm>
#include <array>

#include "api/aws/events/operations.hpp"
#include "api/aws/events/partner_sources.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"
#include "api/aws/events/tags.hpp"

/// Event buses. A document has Name, CreationTime, LastModifiedTime and, as far as they were given, Description,
/// KmsKeyIdentifier, DeadLetterConfig, LogConfig, Tags, EventSourceName and Policy, a JSON text. One whose settings are
/// the configuration's has ManagedBy.
namespace rialto::api::aws::events {
namespace {

constexpr std::initializer_list<std::string_view> kSettings{"Description", "KmsKeyIdentifier", "DeadLetterConfig",
                                                            "LogConfig"};
constexpr std::initializer_list<std::string_view> kTimes{"CreationTime", "LastModifiedTime"};

/// A bus with a slash in its name is the other end of a partner's event source.
Outcome<void> check_source(const Resources& resources, const Invocation& call, const std::string& name, TimePoint now) {
    const auto source = text_in(call.input, "EventSourceName");
    if (!source && !name.contains('/'))
        return {};
    if (source != name)
        return failure(Exception::Validation,
                       "Parameter Name is not valid. Reason: Name must be equal to EventSourceName for a partner event "
                       "bus and must not contain '/' for any other.");
    const auto found = find_event_source(resources, call.caller, name, now);
    if (!found)
        return failure(Exception::ResourceNotFound, "Event source " + name + " does not exist.");
    if (found->state != "PENDING")
        return failure(Exception::InvalidState, "Event source " + name + " is not in a pending state.");
    return {};
}

/// Nobody made the bus "default", though there is a document of one that was changed.
Outcome<void> check_room_for_bus(const Resources& resources, const Identity& owner, std::size_t most) {
    const std::string standard = bus::key_of(owner, "default");
    const bool counted = resources.find(Kind::Bus, standard) && !resources.is_declared(Kind::Bus, standard);
    return check_room(resources, Kind::Bus, owner, most + (counted ? 1 : 0));
}

Outcome<Output> create(Edit& edit, const Invocation& call, TimePoint now, std::size_t most) {
    const std::string name = *text_in(call.input, "Name");
    const std::string key = bus::key_of(call.caller, name);
    if (name == "default" || edit.find(Kind::Bus, key))
        return failure(Exception::ResourceAlreadyExists, "Event bus " + name + " already exists.");
    if (auto source = check_source(edit, call, name, now); !source)
        return std::unexpected{std::move(source.error())};
    if (auto room = check_room_for_bus(edit, call.caller, most); !room)
        return std::unexpected{std::move(room.error())};
    json::Object bus{{"Name", name}, {"CreationTime", millis(now)}, {"LastModifiedTime", millis(now)}};
    if (auto tagged = put_tags(call.input, bus); !tagged)
        return std::unexpected{std::move(tagged.error())};
    copy(call.input, kSettings, bus);
    copy(call.input, {"EventSourceName"}, bus);
    json::Object output{{"EventBusArn", arn_of(call.caller, "event-bus", name)}};
    copy(bus, kSettings, output);
    edit.put(Kind::Bus, key, std::move(bus));
    return output;
}

Outcome<Output> update(Edit& edit, const Invocation& call, TimePoint born, std::int64_t now) {
    auto found = bus_to_change(edit, call, "Name", born);
    if (!found)
        return std::unexpected{std::move(found.error())};
    auto& [name, bus] = *found;
    copy(call.input, kSettings, bus);
    bus.set("LastModifiedTime", now);
    json::Object output{{"Arn", name.arn()}, {"Name", name.name}};
    copy(bus, kSettings, output);
    edit.put(Kind::Bus, name.key(), std::move(bus));
    return output;
}

json::Object shown(const json::Object& bus, const BusName& name) {
    json::Object output{{"Name", name.name}, {"Arn", name.arn()}};
    copy(bus, {"Description", "KmsKeyIdentifier", "DeadLetterConfig", "Policy", "LogConfig"}, output);
    copy_times(bus, kTimes, output);
    return output;
}

json::Value listed(const json::Object& bus, const Identity& owner) {
    const std::string name = text_of(bus, "Name");
    json::Object item{{"Name", name}, {"Arn", arn_of(owner, "event-bus", name)}};
    copy(bus, {"Description", "Policy"}, item);
    copy_times(bus, kTimes, item);
    return item;
}

/// The caller's buses, "default" among them, in the order of their names.
json::Array buses_of(const Resources& resources, const Invocation& call, TimePoint born) {
    const std::string prefix = text_of(call.input, "NamePrefix");
    json::Array buses;
    const BusName standard{.owner = call.caller, .name = "default"};
    if (standard.name.starts_with(prefix) && !resources.find(Kind::Bus, standard.key()))
        buses.emplace_back(**find_bus(resources, standard, born));
    for (const auto& [key, bus] : resources.list(Kind::Bus, bus::key_of(call.caller, prefix)))
        buses.emplace_back(*bus);
    std::ranges::sort(buses, {}, [](const json::Value& bus) { return *bus.find("Name")->as_string(); });
    return buses;
}

Outcome<Output> remove(Edit& edit, const Invocation& call) {
    const std::string name = *text_in(call.input, "Name");
    if (name == "default")
        return failure(Exception::Validation, "Cannot delete event bus default.");
    const std::string key = bus::key_of(call.caller, name);
    if (auto may = check_not_declared(edit, Kind::Bus, key, "Event bus " + name); !may)
        return std::unexpected{std::move(may.error())};
    if (!edit.list(Kind::Rule, key + ':', 1).empty())
        return failure(Exception::Validation, "EventBus can't be deleted since it has rules.");
    edit.erase(Kind::Bus, key);
    return Output{};
}

Shape settings(const char* name, std::vector<Member> members) {
    for (Member& member :
         std::array{optional("Description", description()), optional("KmsKeyIdentifier", kms_key()),
                    optional("DeadLetterConfig", dead_letter_config()), optional("LogConfig", log_config())})
        members.push_back(std::move(member));
    return structure(name, std::move(members));
}

}  // namespace

Operation create_event_bus(const Rooms& rooms) {
    return changing(
        rooms.catalog, "CreateEventBus",
        settings("CreateEventBusRequest", {required("Name", event_bus_name()),
                                           optional("EventSourceName", event_source_name()), optional("Tags", tags())}),
        [rooms](Edit& edit, const Invocation& call) {
            return create(edit, call, rooms.clock.now(), rooms.quotas.buses);
        });
}

Operation update_event_bus(const Rooms& rooms) {
    return changing(rooms.catalog, "UpdateEventBus",
                    settings("UpdateEventBusRequest", {optional("Name", event_bus_name())}),
                    [&catalog = rooms.catalog, &clock = rooms.clock](Edit& edit, const Invocation& call) {
                        return update(edit, call, catalog.born(), millis(clock.now()));
                    });
}

Operation describe_event_bus(const Rooms& rooms) {
    return reading(rooms.catalog, "DescribeEventBus",
                   structure("DescribeEventBusRequest", {optional("Name", event_bus_name_or_arn())}),
                   [&catalog = rooms.catalog](const Resources& resources, const Invocation& call) -> Outcome<Output> {
                       const BusName name = bus_named(call.input, "Name", call.caller);
                       const auto bus = open_bus(resources, name, call.caller, "DescribeEventBus", catalog.born());
                       if (!bus)
                           return std::unexpected{bus.error()};
                       return shown(**bus, name);
                   });
}

Operation list_event_buses(const Rooms& rooms) {
    return reading(
        rooms.catalog, "ListEventBuses",
        structure("ListEventBusesRequest", {optional("NamePrefix", event_bus_name()),
                                            optional("NextToken", next_token()), optional("Limit", limit())}),
        [&catalog = rooms.catalog](const Resources& resources, const Invocation& call) {
            return show_page(page_of(buses_of(resources, call, catalog.born()), "Name", call.input), "EventBuses",
                             [&](const Resources::Entry& entry) { return listed(*entry.second, call.caller); });
        });
}

Operation delete_event_bus(const Rooms& rooms) {
    return changing(rooms.catalog, "DeleteEventBus",
                    structure("DeleteEventBusRequest", {required("Name", event_bus_name())}), remove);
}

}  // namespace rialto::api::aws::events
