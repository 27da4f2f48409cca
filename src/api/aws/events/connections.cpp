#include <utility>

#include "api/aws/events/auth_parameters.hpp"
#include "api/aws/events/operations.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"

/// The document of a connection has what DescribeConnection tells, as it tells it, but its AuthParameters hold the
/// secrets: Password, ApiKeyValue, ClientSecret, and the Value of every parameter (`{Key, Value, IsValueSecret}`).
/// A deauthorized connection has no AuthParameters. Besides, `Version` differs whenever credentials or parameters do.
///
/// ConnectionState is AUTHORIZED for BASIC and API_KEY. An OAuth connection is AUTHORIZING until a token was fetched
/// for it: whoever did that makes it AUTHORIZED.
namespace rialto::api::aws::events {
namespace {

Shape authorization_type() { return string().one_of({"BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"}); }

Shape connection_state() {
    return string().one_of({"CREATING", "UPDATING", "DELETING", "AUTHORIZED", "DEAUTHORIZED", "AUTHORIZING",
                            "DEAUTHORIZING", "ACTIVE", "FAILED_CONNECTIVITY"});
}

Shape by_name(const std::string& operation) {
    return structure(operation + "Request", {required("Name", resource_name())});
}

std::string key_in(const Invocation& call) { return bus::key_of(call.caller, text_of(call.input, "Name")); }

/// AWS looks the connection up before it does anything else, and says so.
Outcome<Document> find_connection(const Resources& resources, const Invocation& call) {
    if (Document found = resources.find(Kind::Connection, key_in(call)))
        return found;
    return failure(Exception::ResourceNotFound, "Failed to describe the connection(s). Connection '" +
                                                    text_of(call.input, "Name") + "' does not exist.");
}

/// The same, to be changed.
Outcome<Document> find_to_change(const Resources& resources, const Invocation& call) {
    auto found = find_connection(resources, call);
    const std::string what = "Connection '" + text_of(call.input, "Name") + '\'';
    if (auto may = check_not_declared(resources, Kind::Connection, key_in(call), what); !may)
        return std::unexpected{std::move(may.error())};
    return found;
}

/// What all operations that change a connection answer.
json::Object summary(const json::Object& connection) {
    json::Object output;
    copy(connection, {"ConnectionArn", "ConnectionState"}, output);
    copy_times(connection, {"CreationTime", "LastModifiedTime", "LastAuthorizedTime"}, output);
    return output;
}

std::string new_secret_arn(const json::Object& connection, const Identity& owner, Random& random) {
    constexpr std::size_t kSuffix = 6;
    return "arn:aws:secretsmanager:" + owner.region + ':' + owner.account + ":secret:events!connection/" +
           text_of(connection, "Name") + '/' + uuid_v4(random) + '-' + uuid_v4(random).substr(0, kSuffix);
}

/// Puts the credentials in force, and a secret that AWS would keep them in, if there is none yet.
void authorize(json::Object& connection, json::Object parameters, const Identity& owner, const Rooms& rooms) {
    associate(parameters, "ConnectivityParameters", owner, rooms.random);
    const bool oauth = text_in(connection, "AuthorizationType") == "OAUTH_CLIENT_CREDENTIALS";
    connection.set("AuthParameters", std::move(parameters));
    connection.set("ConnectionState", oauth ? "AUTHORIZING" : "AUTHORIZED");
    connection.remove("StateReason");
    connection.set("LastAuthorizedTime", whole_second(rooms.clock.now()));
    connection.set("Version", uuid_v4(rooms.random));
    if (!connection.find("SecretArn"))
        connection.set("SecretArn", new_secret_arn(connection, owner, rooms.random));
}

/// What both creation and update take over as it is.
void take_over(const Invocation& call, json::Object& connection, const Rooms& rooms) {
    replace(call.input, {"Description", "KmsKeyIdentifier"}, connection);
    copy(call.input, {"InvocationConnectivityParameters"}, connection);
    associate(connection, "InvocationConnectivityParameters", call.caller, rooms.random);
    connection.set("LastModifiedTime", whole_second(rooms.clock.now()));
}

Outcome<Output> create(const Rooms& rooms, Edit& edit, const Invocation& call) {
    const std::string name = text_of(call.input, "Name");
    auto parameters = join_parameters({}, *object_of(call.input, "AuthParameters"),
                                      text_of(call.input, "AuthorizationType"), "create");
    if (!parameters)
        return std::unexpected{std::move(parameters.error())};
    if (edit.find(Kind::Connection, key_in(call)))
        return failure(Exception::ResourceAlreadyExists, "Connection '" + name + "' already exists.");
    if (auto room = check_room(edit, Kind::Connection, call.caller, rooms.quotas.connections); !room)
        return std::unexpected{std::move(room.error())};
    json::Object connection{{"ConnectionArn", arn_of(call.caller, "connection", name + '/' + uuid_v4(rooms.random))},
                            {"Name", name},
                            {"CreationTime", whole_second(rooms.clock.now())}};
    copy(call.input, {"AuthorizationType"}, connection);
    take_over(call, connection, rooms);
    authorize(connection, std::move(*parameters), call.caller, rooms);
    json::Object output = summary(connection);
    output.remove("LastAuthorizedTime");
    edit.put(Kind::Connection, key_in(call), std::move(connection));
    return output;
}

Outcome<Output> update(const Rooms& rooms, Edit& edit, const Invocation& call) {
    const bool reauthorizes = call.input.find("AuthorizationType") || call.input.find("AuthParameters");
    if (!reauthorizes && !call.input.find("Description") && !call.input.find("KmsKeyIdentifier") &&
        !call.input.find("InvocationConnectivityParameters"))
        return failure(Exception::Validation,
                       "Failed to update the connection(s). At least one of the following is required: Description, "
                       "KmsKeyIdentifier, AuthorizationType with BasicAuthParameters, ApiKeyAuthParameters, or "
                       "OAuthParameters.");
    auto found = find_to_change(edit, call);
    if (!found)
        return std::unexpected{std::move(found.error())};
    json::Object connection = **found;
    take_over(call, connection, rooms);
    if (reauthorizes) {
        copy(call.input, {"AuthorizationType"}, connection);
        const json::Object* before = object_of(**found, "AuthParameters");
        const json::Object* given = object_of(call.input, "AuthParameters");
        auto parameters = join_parameters(before ? *before : json::Object{}, given ? *given : json::Object{},
                                          text_of(connection, "AuthorizationType"), "update");
        if (!parameters)
            return std::unexpected{std::move(parameters.error())};
        authorize(connection, std::move(*parameters), call.caller, rooms);
    }
    json::Object output = summary(connection);
    edit.put(Kind::Connection, key_in(call), std::move(connection));
    return output;
}

Outcome<Output> describe(const Resources& resources, const Invocation& call) {
    auto found = find_connection(resources, call);
    if (!found)
        return std::unexpected{std::move(found.error())};
    const json::Object& connection = **found;
    json::Object output;
    copy(connection,
         {"ConnectionArn", "Name", "Description", "InvocationConnectivityParameters", "ConnectionState", "StateReason",
          "AuthorizationType", "SecretArn", "KmsKeyIdentifier"},
         output);
    if (const json::Object* parameters = object_of(connection, "AuthParameters"))
        output.set("AuthParameters", without_secrets(*parameters));
    copy_times(connection, {"CreationTime", "LastModifiedTime", "LastAuthorizedTime"}, output);
    return output;
}

Outcome<Output> list(const Resources& resources, const Invocation& call) {
    const auto state = text_in(call.input, "ConnectionState");
    const auto wanted = [&state](const json::Object& connection) {
        return !state || text_in(connection, "ConnectionState") == state;
    };
    const std::string prefix = bus::key_of(call.caller, text_of(call.input, "NamePrefix"));
    return show_page(page_of(resources, Kind::Connection, prefix, call.input, wanted), "Connections",
                     [](const Resources::Entry& entry) -> json::Value {
                         json::Object shown;
                         copy(*entry.second,
                              {"ConnectionArn", "Name", "ConnectionState", "StateReason", "AuthorizationType"}, shown);
                         copy_times(*entry.second, {"CreationTime", "LastModifiedTime", "LastAuthorizedTime"}, shown);
                         return shown;
                     });
}

/// All that could prove anything is forgotten. The answer still tells when the connection was changed before.
Outcome<Output> deauthorize(const Rooms& rooms, Edit& edit, const Invocation& call) {
    auto found = find_to_change(edit, call);
    if (!found)
        return std::unexpected{std::move(found.error())};
    json::Object connection = **found;
    json::Object output = summary(connection);
    if (text_in(connection, "ConnectionState") == "DEAUTHORIZED")
        return output;
    output.set("ConnectionState", "DEAUTHORIZING");
    connection.remove("AuthParameters");
    connection.remove("SecretArn");
    connection.set("ConnectionState", "DEAUTHORIZED");
    connection.set("StateReason",
                   "The authorization parameters were removed from this connection by a DeauthorizeConnection "
                   "operation.");
    connection.set("LastModifiedTime", whole_second(rooms.clock.now()));
    connection.set("Version", uuid_v4(rooms.random));
    edit.put(Kind::Connection, key_in(call), std::move(connection));
    return output;
}

Outcome<Output> erase(Edit& edit, const Invocation& call) {
    auto found = find_to_change(edit, call);
    if (!found)
        return std::unexpected{std::move(found.error())};
    json::Object output = summary(**found);
    output.set("ConnectionState", "DELETING");
    edit.erase(Kind::Connection, key_in(call));
    return output;
}

}  // namespace

Operation create_connection(const Rooms& rooms) {
    return changing(
        rooms.catalog, "CreateConnection",
        structure("CreateConnectionRequest", {required("Name", resource_name()), optional("Description", description()),
                                              required("AuthorizationType", authorization_type()),
                                              required("AuthParameters", auth_parameters_to_create()),
                                              optional("InvocationConnectivityParameters", connectivity_parameters()),
                                              optional("KmsKeyIdentifier", kms_key())}),
        [rooms](Edit& edit, const Invocation& call) { return create(rooms, edit, call); });
}

Operation update_connection(const Rooms& rooms) {
    return changing(
        rooms.catalog, "UpdateConnection",
        structure("UpdateConnectionRequest", {required("Name", resource_name()), optional("Description", description()),
                                              optional("AuthorizationType", authorization_type()),
                                              optional("AuthParameters", auth_parameters_to_update()),
                                              optional("InvocationConnectivityParameters", connectivity_parameters()),
                                              optional("KmsKeyIdentifier", kms_key())}),
        [rooms](Edit& edit, const Invocation& call) { return update(rooms, edit, call); });
}

Operation describe_connection(const Rooms& rooms) {
    return reading(rooms.catalog, "DescribeConnection", by_name("DescribeConnection"), describe);
}

Operation list_connections(const Rooms& rooms) {
    return reading(rooms.catalog, "ListConnections",
                   structure("ListConnectionsRequest",
                             {optional("NamePrefix", resource_name()), optional("ConnectionState", connection_state()),
                              optional("NextToken", next_token()), optional("Limit", limit())}),
                   list);
}

Operation deauthorize_connection(const Rooms& rooms) {
    return changing(rooms.catalog, "DeauthorizeConnection", by_name("DeauthorizeConnection"),
                    [rooms](Edit& edit, const Invocation& call) { return deauthorize(rooms, edit, call); });
}

Operation delete_connection(const Rooms& rooms) {
    return changing(rooms.catalog, "DeleteConnection", by_name("DeleteConnection"), erase);
}

}  // namespace rialto::api::aws::events
