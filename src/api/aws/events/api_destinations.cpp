#include <utility>

#include "api/aws/events/operations.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"
#include "rialto/model/arn.hpp"
#include "rialto/model/endpoint.hpp"

/// The document of an API destination has what DescribeApiDestination tells, as it tells it, without
/// ApiDestinationState: that is ACTIVE while the connection with that very ARN is AUTHORIZED.
namespace rialto::api::aws::events {
namespace {

constexpr std::int64_t kDefaultRate = 300;

Shape connection_arn() {
    return string().at_least(1).at_most(1600).matching(
        R"(^arn:aws([a-z]|\-)*:events:([a-z]|\d|\-)*:([0-9]{12})?:connection\/[\.\-_A-Za-z0-9]+\/[\-A-Za-z0-9]+$)");
}

Shape http_method() { return string().one_of({"HEAD", "POST", "PATCH", "DELETE", "PUT", "GET", "OPTIONS"}); }

Shape base64_token() {
    return next_token().matching(
        R"(^(?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{4}|[A-Za-z0-9+\/]{3}=|[A-Za-z0-9+\/]{2}={2})$)");
}

Shape by_name(const std::string& operation) {
    return structure(operation + "Request", {required("Name", resource_name())});
}

std::string key_in(const Invocation& call) { return bus::key_of(call.caller, text_of(call.input, "Name")); }

/// How each message begins, and with which verb it can go on.
std::string failed_to(std::string_view verb) { return "Failed to " + std::string{verb} + " the api-destination(s). "; }

Outcome<Document> find_destination(const Resources& resources, const Invocation& call, std::string_view verb) {
    if (Document found = resources.find(Kind::ApiDestination, key_in(call)))
        return found;
    return failure(Exception::ResourceNotFound,
                   failed_to(verb) + "An api-destination '" + text_of(call.input, "Name") + "' does not exist.");
}

/// The same, to be changed.
Outcome<Document> find_to_change(const Resources& resources, const Invocation& call, std::string_view verb) {
    auto found = find_destination(resources, call, verb);
    const std::string what = failed_to(verb) + "An api-destination '" + text_of(call.input, "Name") + '\'';
    if (auto may = check_not_declared(resources, Kind::ApiDestination, key_in(call), what); !may)
        return std::unexpected{std::move(may.error())};
    return found;
}

/// Null if there is none with that very ARN: a connection made anew under the same name is another.
Document find_connection(const Resources& resources, const Identity& caller, const std::string& text) {
    const auto arn = model::Arn::parse(text);
    const auto name = arn ? arn->name_after("connection/") : std::nullopt;
    if (!name || arn->account != caller.account || arn->region != caller.region)
        return nullptr;
    Document found = resources.find(Kind::Connection, bus::key_of(caller, name->substr(0, name->find('/'))));
    return found && text_in(*found, "ConnectionArn") == text ? found : nullptr;
}

std::string_view state_of(const Resources& resources, const Identity& owner, const json::Object& destination) {
    const Document connection = find_connection(resources, owner, text_of(destination, "ConnectionArn"));
    return connection && text_in(*connection, "ConnectionState") == "AUTHORIZED" ? "ACTIVE" : "INACTIVE";
}

/// Looks at what a request gives of the endpoint.
Outcome<void> check_endpoint(const Invocation& call, std::string_view verb) {
    if (const auto endpoint = text_in(call.input, "InvocationEndpoint"); endpoint && !model::is_endpoint(*endpoint))
        return failure(Exception::Validation,
                       failed_to(verb) + "Parameter InvocationEndpoint is not valid. Reason: Endpoint '" + *endpoint +
                           "' is invalid, please provide a valid HTTPS endpoint URL.");
    return {};
}

/// And of the connection.
Outcome<void> check_connection(const Resources& resources, const Invocation& call, std::string_view verb) {
    if (const auto arn = text_in(call.input, "ConnectionArn"); arn && !find_connection(resources, call.caller, *arn))
        return failure(Exception::ResourceNotFound, failed_to(verb) + "Connection '" + *arn + "' does not exist.");
    return {};
}

/// Puts the destination there with what the request gives, and answers.
Output put(const Rooms& rooms, Edit& edit, const Invocation& call, json::Object destination) {
    copy(call.input, {"ConnectionArn", "InvocationEndpoint", "HttpMethod", "InvocationRateLimitPerSecond"},
         destination);
    replace(call.input, {"Description"}, destination);
    destination.set("LastModifiedTime", whole_second(rooms.clock.now()));
    json::Object output;
    copy(destination, {"ApiDestinationArn"}, output);
    output.set("ApiDestinationState", state_of(edit, call.caller, destination));
    copy_times(destination, {"CreationTime", "LastModifiedTime"}, output);
    edit.put(Kind::ApiDestination, key_in(call), std::move(destination));
    return output;
}

Outcome<Output> create(const Rooms& rooms, Edit& edit, const Invocation& call) {
    const std::string name = text_of(call.input, "Name");
    if (auto endpoint = check_endpoint(call, "create"); !endpoint)
        return std::unexpected{std::move(endpoint.error())};
    if (edit.find(Kind::ApiDestination, key_in(call)))
        return failure(Exception::ResourceAlreadyExists,
                       failed_to("create") + "An api-destination with name '" + name + "' already exists.");
    if (auto connection = check_connection(edit, call, "create"); !connection)
        return std::unexpected{std::move(connection.error())};
    if (auto room = check_room(edit, Kind::ApiDestination, call.caller, rooms.quotas.api_destinations); !room)
        return std::unexpected{std::move(room.error())};
    return put(rooms, edit, call,
               {{"ApiDestinationArn", arn_of(call.caller, "api-destination", name + '/' + uuid_v4(rooms.random))},
                {"Name", name},
                {"InvocationRateLimitPerSecond", kDefaultRate},
                {"CreationTime", whole_second(rooms.clock.now())}});
}

Outcome<Output> update(const Rooms& rooms, Edit& edit, const Invocation& call) {
    if (auto endpoint = check_endpoint(call, "update"); !endpoint)
        return std::unexpected{std::move(endpoint.error())};
    auto found = find_to_change(edit, call, "update");
    if (!found)
        return std::unexpected{std::move(found.error())};
    if (auto connection = check_connection(edit, call, "update"); !connection)
        return std::unexpected{std::move(connection.error())};
    return put(rooms, edit, call, **found);
}

json::Object shown(const Resources& resources, const Identity& owner, const json::Object& destination) {
    json::Object output;
    copy(destination, {"ApiDestinationArn", "Name", "Description"}, output);
    output.set("ApiDestinationState", state_of(resources, owner, destination));
    copy(destination, {"ConnectionArn", "InvocationEndpoint", "HttpMethod", "InvocationRateLimitPerSecond"}, output);
    copy_times(destination, {"CreationTime", "LastModifiedTime"}, output);
    return output;
}

Outcome<Output> describe(const Resources& resources, const Invocation& call) {
    auto found = find_destination(resources, call, "describe");
    if (!found)
        return std::unexpected{std::move(found.error())};
    return shown(resources, call.caller, **found);
}

Outcome<Output> list(const Resources& resources, const Invocation& call) {
    const auto arn = text_in(call.input, "ConnectionArn");
    if (arn && call.input.find("NamePrefix"))
        return failure(Exception::Validation,
                       failed_to("list") +
                           "Request failed because only one filter is supported per request, either "
                           "ConnectionArn or NamePrefix.");
    const auto wanted = [&arn](const json::Object& destination) {
        return !arn || text_in(destination, "ConnectionArn") == arn;
    };
    const std::string prefix = bus::key_of(call.caller, text_of(call.input, "NamePrefix"));
    return show_page(page_of(resources, Kind::ApiDestination, prefix, call.input, wanted), "ApiDestinations",
                     [&](const Resources::Entry& entry) -> json::Value {
                         json::Object one = shown(resources, call.caller, *entry.second);
                         one.remove("Description");
                         return one;
                     });
}

Outcome<Output> erase(Edit& edit, const Invocation& call) {
    auto found = find_to_change(edit, call, "delete");
    if (!found)
        return std::unexpected{std::move(found.error())};
    edit.erase(Kind::ApiDestination, key_in(call));
    return json::Object{};
}

}  // namespace

Operation create_api_destination(const Rooms& rooms) {
    return changing(rooms.catalog, "CreateApiDestination",
                    structure("CreateApiDestinationRequest",
                              {required("Name", resource_name()), optional("Description", description()),
                               required("ConnectionArn", connection_arn()),
                               required("InvocationEndpoint", https_endpoint()), required("HttpMethod", http_method()),
                               optional("InvocationRateLimitPerSecond", integer().at_least(1))}),
                    [rooms](Edit& edit, const Invocation& call) { return create(rooms, edit, call); });
}

Operation update_api_destination(const Rooms& rooms) {
    return changing(rooms.catalog, "UpdateApiDestination",
                    structure("UpdateApiDestinationRequest",
                              {required("Name", resource_name()), optional("Description", description()),
                               optional("ConnectionArn", connection_arn()),
                               optional("InvocationEndpoint", https_endpoint()), optional("HttpMethod", http_method()),
                               optional("InvocationRateLimitPerSecond", integer().at_least(1))}),
                    [rooms](Edit& edit, const Invocation& call) { return update(rooms, edit, call); });
}

Operation describe_api_destination(const Rooms& rooms) {
    return reading(rooms.catalog, "DescribeApiDestination", by_name("DescribeApiDestination"), describe);
}

Operation list_api_destinations(const Rooms& rooms) {
    return reading(rooms.catalog, "ListApiDestinations",
                   structure("ListApiDestinationsRequest",
                             {optional("NamePrefix", resource_name()), optional("ConnectionArn", connection_arn()),
                              optional("NextToken", base64_token()), optional("Limit", limit())}),
                   list);
}

Operation delete_api_destination(const Rooms& rooms) {
    return changing(rooms.catalog, "DeleteApiDestination", by_name("DeleteApiDestination"), erase);
}

}  // namespace rialto::api::aws::events
