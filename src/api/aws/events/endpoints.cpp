#include <array>
#include <utility>

#include "api/aws/events/operations.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"
#include "rialto/model/arn.hpp"

/// The document of a global endpoint has what DescribeEndpoint tells, as it tells it. It belongs to the region that it
/// was made in.
namespace rialto::api::aws::events {
namespace {

Shape region_name() { return string().at_least(9).at_most(20).matching(R"(^[\-a-z0-9]+$)"); }

Shape routing_config() {
    const Shape check =
        string().at_least(1).at_most(1600).matching(R"(^arn:aws([a-z]|\-)*:route53:::healthcheck/[\-a-z0-9]+$)");
    return structure(
        "RoutingConfig",
        {required("FailoverConfig",
                  structure("FailoverConfig",
                            {required("Primary", structure("Primary", {required("HealthCheck", check)})),
                             required("Secondary", structure("Secondary", {required("Route", region_name())}))}))});
}

Shape replication_config() {
    return structure("ReplicationConfig", {optional("State", string().one_of({"ENABLED", "DISABLED"}))});
}

Shape event_buses() {
    const Shape bus = string().at_least(1).at_most(512).matching(
        R"(^arn:aws[a-z-]*:events:[a-z]+-[a-z-]+-\d+:\d{12}:event-bus/[\w.-]+$)");
    return list(structure("EndpointEventBus", {required("EventBusArn", bus)})).at_least(2).at_most(2);
}

/// Who owns the endpoint that a request names by its home region.
Identity owner_in(const Invocation& call) {
    return {call.caller.account, text_in(call.input, "HomeRegion").value_or(call.caller.region)};
}

std::string key_in(const Invocation& call) { return bus::key_of(owner_in(call), text_of(call.input, "Name")); }

Outcome<Document> find_endpoint(const Resources& resources, const Invocation& call) {
    if (Document found = resources.find(Kind::Endpoint, key_in(call)))
        return found;
    return failure(Exception::ResourceNotFound, "Endpoint " + text_of(call.input, "Name") + " does not exist.");
}

std::unexpected<Failure> invalid(const std::string& parameter, const std::string& reason) {
    return failure(Exception::Validation, "Parameter " + parameter + " is not valid. Reason: " + reason);
}

/// Two buses of one name and of this account, one in the endpoint's region and one in that of the secondary route.
Outcome<void> check_buses(const json::Object& endpoint, const Identity& owner) {
    const json::Array& buses = *endpoint.find("EventBuses")->as_array();
    std::array<model::Arn, 2> arns;
    for (std::size_t i = 0; i < arns.size(); ++i)
        arns.at(i) = model::Arn::parse(text_of(*buses[i].as_object(), "EventBusArn")).value_or(model::Arn{});
    const auto& [a, b] = arns;
    if (a.account != owner.account || b.account != owner.account)
        return invalid("EventBuses", "The event buses must belong to this account.");
    if (a.resource != b.resource)
        return invalid("EventBuses", "The event buses must have the same name.");
    const json::Value& failover = *endpoint.find("RoutingConfig")->find("FailoverConfig");
    const std::string route = *failover.find("Secondary")->find("Route")->as_string();
    const bool in_both =
        (a.region == owner.region && b.region == route) || (b.region == owner.region && a.region == route);
    if (!in_both || route == owner.region)
        return invalid("EventBuses", "One event bus must be in " + owner.region +
                                         ", the other in the Region of the secondary route, which is another one.");
    return {};
}

/// What a request would make of an endpoint.
Outcome<json::Object> applied(const Invocation& call, json::Object endpoint, TimePoint now) {
    replace(call.input, {"Description"}, endpoint);
    copy(call.input, {"RoutingConfig", "EventBuses", "RoleArn"}, endpoint);
    if (const json::Object* replication = object_of(call.input, "ReplicationConfig"))
        endpoint.set("ReplicationConfig", json::Object{{"State", text_in(*replication, "State").value_or("ENABLED")}});
    endpoint.set("LastModifiedTime", whole_second(now));
    if (auto buses = check_buses(endpoint, call.caller); !buses)
        return std::unexpected{std::move(buses.error())};
    const bool replicates = text_in(*object_of(endpoint, "ReplicationConfig"), "State") == "ENABLED";
    if (replicates && !endpoint.find("RoleArn"))
        return failure(Exception::Validation, "Parameter(s) RoleArn must be specified when replication is enabled.");
    return endpoint;
}

/// As `abcdefghij.veo`.
std::string new_endpoint_id(Random& random) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
    std::array<std::byte, 10> bytes;
    random.fill(bytes);
    std::string id;
    for (const std::byte byte : bytes)
        id += kLetters[std::to_integer<std::size_t>(byte) % kLetters.size()];
    return id + ".veo";
}

Outcome<Output> create(const Rooms& rooms, Edit& edit, const Invocation& call) {
    const std::string name = text_of(call.input, "Name");
    const std::string id = new_endpoint_id(rooms.random);
    const TimePoint now = rooms.clock.now();
    auto endpoint = applied(call,
                            {{"Name", name},
                             {"Arn", arn_of(call.caller, "endpoint", name)},
                             {"ReplicationConfig", json::Object{{"State", "ENABLED"}}},
                             {"EndpointId", id},
                             {"EndpointUrl", "https://" + id + ".endpoint.events.amazonaws.com"},
                             {"State", "ACTIVE"},
                             {"CreationTime", whole_second(now)}},
                            now);
    if (!endpoint)
        return std::unexpected{std::move(endpoint.error())};
    if (edit.find(Kind::Endpoint, key_in(call)))
        return failure(Exception::ResourceAlreadyExists, "Endpoint " + name + " already exists.");
    if (auto room = check_room(edit, Kind::Endpoint, call.caller, rooms.quotas.endpoints); !room)
        return std::unexpected{std::move(room.error())};
    json::Object output;
    copy(*endpoint, {"Name", "Arn", "RoutingConfig", "ReplicationConfig", "EventBuses", "RoleArn"}, output);
    output.set("State", "CREATING");
    edit.put(Kind::Endpoint, key_in(call), std::move(*endpoint));
    return output;
}

Outcome<Output> update(const Rooms& rooms, Edit& edit, const Invocation& call) {
    auto found = find_endpoint(edit, call);
    if (!found)
        return std::unexpected{std::move(found.error())};
    auto endpoint = applied(call, **found, rooms.clock.now());
    if (!endpoint)
        return std::unexpected{std::move(endpoint.error())};
    json::Object output;
    copy(*endpoint,
         {"Name", "Arn", "RoutingConfig", "ReplicationConfig", "EventBuses", "RoleArn", "EndpointId", "EndpointUrl"},
         output);
    output.set("State", "UPDATING");
    edit.put(Kind::Endpoint, key_in(call), std::move(*endpoint));
    return output;
}

json::Object shown(const json::Object& endpoint) {
    json::Object output;
    copy(endpoint,
         {"Name", "Description", "Arn", "RoutingConfig", "ReplicationConfig", "EventBuses", "RoleArn", "EndpointId",
          "EndpointUrl", "State"},
         output);
    copy_times(endpoint, {"CreationTime", "LastModifiedTime"}, output);
    return output;
}

Outcome<Output> describe(const Resources& resources, const Invocation& call) {
    auto found = find_endpoint(resources, call);
    if (!found)
        return std::unexpected{std::move(found.error())};
    return shown(**found);
}

Outcome<Output> list_all(const Resources& resources, const Invocation& call) {
    const std::string prefix = bus::key_of(owner_in(call), text_of(call.input, "NamePrefix"));
    return show_page(page_of(resources, Kind::Endpoint, prefix, call.input, {}, "MaxResults"), "Endpoints",
                     [](const Resources::Entry& entry) -> json::Value { return shown(*entry.second); });
}

Outcome<Output> erase(Edit& edit, const Invocation& call) {
    auto found = find_endpoint(edit, call);
    if (!found)
        return std::unexpected{std::move(found.error())};
    edit.erase(Kind::Endpoint, key_in(call));
    return json::Object{};
}

}  // namespace

Operation create_endpoint(const Rooms& rooms) {
    return changing(
        rooms.catalog, "CreateEndpoint",
        structure("CreateEndpointRequest",
                  {required("Name", resource_name()), optional("Description", description()),
                   required("RoutingConfig", routing_config()), optional("ReplicationConfig", replication_config()),
                   required("EventBuses", event_buses()), optional("RoleArn", iam_role())}),
        [rooms](Edit& edit, const Invocation& call) { return create(rooms, edit, call); });
}

Operation update_endpoint(const Rooms& rooms) {
    return changing(
        rooms.catalog, "UpdateEndpoint",
        structure("UpdateEndpointRequest",
                  {required("Name", resource_name()), optional("Description", description()),
                   optional("RoutingConfig", routing_config()), optional("ReplicationConfig", replication_config()),
                   optional("EventBuses", event_buses()), optional("RoleArn", iam_role())}),
        [rooms](Edit& edit, const Invocation& call) { return update(rooms, edit, call); });
}

Operation describe_endpoint(const Rooms& rooms) {
    return reading(rooms.catalog, "DescribeEndpoint",
                   structure("DescribeEndpointRequest",
                             {required("Name", resource_name()), optional("HomeRegion", region_name())}),
                   describe);
}

Operation list_endpoints(const Rooms& rooms) {
    return reading(rooms.catalog, "ListEndpoints",
                   structure("ListEndpointsRequest",
                             {optional("NamePrefix", resource_name()), optional("HomeRegion", region_name()),
                              optional("NextToken", next_token()), optional("MaxResults", limit())}),
                   list_all);
}

Operation delete_endpoint(const Rooms& rooms) {
    return changing(rooms.catalog, "DeleteEndpoint",
                    structure("DeleteEndpointRequest", {required("Name", resource_name())}), erase);
}

}  // namespace rialto::api::aws::events
