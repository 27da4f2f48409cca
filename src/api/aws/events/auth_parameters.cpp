#include "api/aws/events/auth_parameters.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"
#include "rialto/model/endpoint.hpp"

namespace rialto::api::aws::events {
namespace {

/// Where the credentials of an AuthorizationType are, and which must be there.
struct Branch {
    std::string_view type;
    std::string_view member;
    std::vector<std::string_view> required;
};

const std::array<Branch, 3>& branches() {
    static const std::array<Branch, 3> kBranches{{
        {"BASIC", "BasicAuthParameters", {"Username", "Password"}},
        {"OAUTH_CLIENT_CREDENTIALS", "OAuthParameters", {"ClientParameters", "AuthorizationEndpoint", "HttpMethod"}},
        {"API_KEY", "ApiKeyAuthParameters", {"ApiKeyName", "ApiKeyValue"}},
    }};
    return kBranches;
}

constexpr std::array<std::string_view, 3> kPlaces{"HeaderParameters", "QueryStringParameters", "BodyParameters"};

Shape credential() {
    return string().at_least(1).at_most(512).matching(R"(^[ \t]*[^\x00-\x1F:\x7F]+([ \t]+[^\x00-\x1F:\x7F]+)*[ \t]*$)");
}

Shape parameters(const std::string& name, Shape key, Shape value) {
    return list(structure(name, {optional("Key", std::move(key)), optional("Value", std::move(value)),
                                 optional("IsValueSecret", boolean())}))
        .at_least(0)
        .at_most(100);
}

Shape http_parameters() {
    return structure(
        "ConnectionHttpParameters",
        {optional(
             "HeaderParameters",
             parameters("ConnectionHeaderParameter", string().at_most(512).matching(R"(^[!#$%&'*+-.^_`|~0-9a-zA-Z]+$)"),
                        string().at_most(512).matching(R"(^[ \t]*[\x20-\x7E]+([ \t]+[\x20-\x7E]+)*[ \t]*$)"))),
         optional("QueryStringParameters",
                  parameters("ConnectionQueryStringParameter", string().at_most(512).matching(R"([^\x00-\x1F\x7F]+)"),
                             string().at_most(512).matching(R"([^\x00-\x09\x0B\x0C\x0E-\x1F\x7F]+)"))),
         optional("BodyParameters", parameters("ConnectionBodyParameter", string(), string()))});
}

/// The shapes of creation and update differ in their names and in what they require.
Shape auth_parameters(const std::string& verb, Member (*maybe)(std::string, Shape)) {
    const Shape basic = structure(verb + "ConnectionBasicAuthRequestParameters",
                                  {maybe("Username", credential()), maybe("Password", credential())});
    const Shape client = structure(verb + "ConnectionOAuthClientRequestParameters",
                                   {maybe("ClientID", credential()), maybe("ClientSecret", credential())});
    const Shape oauth = structure(verb + "ConnectionOAuthRequestParameters",
                                  {maybe("ClientParameters", client), maybe("AuthorizationEndpoint", https_endpoint()),
                                   maybe("HttpMethod", string().one_of({"GET", "POST", "PUT"})),
                                   optional("OAuthHttpParameters", http_parameters())});
    const Shape api_key = structure(verb + "ConnectionApiKeyAuthRequestParameters",
                                    {maybe("ApiKeyName", credential()), maybe("ApiKeyValue", credential())});
    return structure(
        verb + "ConnectionAuthRequestParameters",
        {optional("BasicAuthParameters", basic), optional("OAuthParameters", oauth),
         optional("ApiKeyAuthParameters", api_key), optional("InvocationHttpParameters", http_parameters()),
         optional("ConnectivityParameters", connectivity_parameters())});
}

bool is_complete(const json::Object& credentials, const Branch& branch) {
    const json::Object* client = object_of(credentials, "ClientParameters");
    return std::ranges::all_of(branch.required, [&](auto name) { return credentials.find(name) != nullptr; }) &&
           (client == nullptr || (client->find("ClientID") != nullptr && client->find("ClientSecret") != nullptr));
}

/// Null if there is no parameter of that key.
const json::Object* parameter_of(const json::Object& http, std::string_view place, const std::string& key) {
    const json::Value* list = http.find(place);
    if (list == nullptr)
        return nullptr;
    const auto found = std::ranges::find(*list->as_array(), key,
                                         [](const json::Value& one) { return text_of(*one.as_object(), "Key"); });
    return found == list->as_array()->end() ? nullptr : found->as_object();
}

/// With the members that each parameter has, and with the value of `before` if it comes without one. A secret that was
/// not given anew stays secret.
json::Object completed(const json::Object& given, const json::Object* before) {
    const bool inherits = !given.find("Value") && before && before->find("Value");
    json::Object whole;
    copy(given, {"Key"}, whole);
    copy(inherits ? *before : given, {"Value"}, whole);
    whole.set("IsValueSecret", flag_in(given, "IsValueSecret") || (inherits && flag_in(*before, "IsValueSecret")));
    return whole;
}

json::Object completed_all(const json::Object& http, const json::Object& before) {
    json::Object all = http;
    for (const std::string_view place : kPlaces) {
        json::Value* list = all.find(place);
        if (list == nullptr)
            continue;
        for (json::Value& one : *list->as_array()) {
            const json::Object& given = *one.as_object();
            one = completed(given, parameter_of(before, place, text_of(given, "Key")));
        }
    }
    return all;
}

json::Object child_of(const json::Object& object, std::string_view name) {
    const json::Object* child = object_of(object, name);
    return child ? *child : json::Object{};
}

void complete_child(json::Object& parent, const std::string& name, const json::Object& before) {
    if (const json::Object* http = object_of(parent, name))
        parent.set(name, completed_all(*http, child_of(before, name)));
}

std::unexpected<Failure> invalid(std::string_view verb, std::string_view parameter, std::string_view reason) {
    std::string message = "Failed to ";
    message.append(verb).append(" the connection(s). Parameter ").append(parameter);
    return failure(Exception::Validation, message.append(" is not valid. Reason: ").append(reason));
}

Outcome<void> check_credentials(const json::Object& credentials, const Branch& branch, std::string_view verb) {
    if (!is_complete(credentials, branch)) {
        std::string reason = "AuthorizationType ";
        reason.append(branch.type).append(" requires all ").append(branch.member).append(".");
        return invalid(verb, "AuthParameters", reason);
    }
    const auto endpoint = text_in(credentials, "AuthorizationEndpoint");
    if (endpoint && !model::is_endpoint(*endpoint))
        return invalid(verb, "AuthorizationEndpoint",
                       "Endpoint '" + *endpoint + "' is invalid, please provide a valid HTTPS endpoint URL.");
    return {};
}

json::Object hidden(const json::Object& http) {
    json::Object shown = http;
    for (const std::string_view place : kPlaces)
        if (json::Value* list = shown.find(place))
            for (json::Value& parameter : *list->as_array())
                if (flag_in(*parameter.as_object(), "IsValueSecret"))
                    parameter.as_object()->remove("Value");
    return shown;
}

json::Object hidden_oauth(const json::Object& oauth) {
    json::Object client;
    copy(child_of(oauth, "ClientParameters"), {"ClientID"}, client);
    json::Object shown{{"ClientParameters", std::move(client)}};
    copy(oauth, {"AuthorizationEndpoint", "HttpMethod"}, shown);
    if (const json::Object* http = object_of(oauth, "OAuthHttpParameters"))
        shown.set("OAuthHttpParameters", hidden(*http));
    return shown;
}

}  // namespace

Shape auth_parameters_to_create() { return auth_parameters("Create", required); }

Shape auth_parameters_to_update() { return auth_parameters("Update", optional); }

Shape connectivity_parameters() {
    const Shape resource = string().at_least(0).at_most(2048).matching(
        R"(^(?:^arn:[a-z0-9\-]+:vpc-lattice:[a-zA-Z0-9\-]+:\d{12}:resourceconfiguration/rcfg-[0-9a-z]{17}$|^$))");
    return structure("ConnectivityResourceParameters",
                     {required("ResourceParameters", structure("ConnectivityResourceConfigurationArn",
                                                               {required("ResourceConfigurationArn", resource)}))});
}

Outcome<json::Object> join_parameters(const json::Object& before, const json::Object& given, const std::string& type,
                                      std::string_view verb) {
    const Branch& branch = *std::ranges::find(branches(), type, &Branch::type);
    json::Value joined = before;
    json::merge_patch(joined, given);
    json::Object& after = *joined.as_object();
    for (const Branch& other : branches()) {
        if (other.type == type)
            continue;
        if (given.find(other.member))
            return invalid(verb, "AuthParameters",
                           std::string{other.member} + " are not of AuthorizationType " + type + ".");
        after.remove(other.member);
    }
    const std::string member{branch.member};
    json::Object credentials = child_of(after, member);
    if (auto checked = check_credentials(credentials, branch, verb); !checked)
        return std::unexpected{std::move(checked.error())};
    complete_child(credentials, "OAuthHttpParameters", child_of(before, member));
    after.set(member, std::move(credentials));
    complete_child(after, "InvocationHttpParameters", before);
    copy(given, {"ConnectivityParameters"}, after);
    return after;
}

json::Object without_secrets(const json::Object& parameters) {
    json::Object shown;
    if (const json::Object* basic = object_of(parameters, "BasicAuthParameters")) {
        json::Object user;
        copy(*basic, {"Username"}, user);
        shown.set("BasicAuthParameters", std::move(user));
    }
    if (const json::Object* oauth = object_of(parameters, "OAuthParameters"))
        shown.set("OAuthParameters", hidden_oauth(*oauth));
    if (const json::Object* api_key = object_of(parameters, "ApiKeyAuthParameters")) {
        json::Object name;
        copy(*api_key, {"ApiKeyName"}, name);
        shown.set("ApiKeyAuthParameters", std::move(name));
    }
    if (const json::Object* http = object_of(parameters, "InvocationHttpParameters"))
        shown.set("InvocationHttpParameters", hidden(*http));
    copy(parameters, {"ConnectivityParameters"}, shown);
    return shown;
}

void associate(json::Object& holder, const std::string& name, const bus::Identity& owner, Random& random) {
    constexpr std::size_t kLength = 17;
    json::Object resource = child_of(child_of(holder, name), "ResourceParameters");
    if (text_of(resource, "ResourceConfigurationArn").empty())
        return holder.remove(name);
    if (resource.find("ResourceAssociationArn"))
        return;
    std::string id = uuid_v4(random);
    std::erase(id, '-');
    resource.set("ResourceAssociationArn", "arn:aws:vpc-lattice:" + owner.region + ':' + owner.account +
                                               ":servicenetworkresourceassociation/snra-" + id.substr(0, kLength));
    holder.set(name, json::Object{{"ResourceParameters", std::move(resource)}});
}

}  // namespace rialto::api::aws::events
