#include <regex>

#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kMissing =
    "ResourceNotFoundException: Failed to describe the connection(s). Connection 'c' does not exist.";
const std::string kUuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

json::Object basic(const std::string& user = "u", const std::string& password = "p4ss") {
    return {{"BasicAuthParameters", json::Object{{"Username", user}, {"Password", password}}}};
}

json::Object api_key() {
    return {{"ApiKeyAuthParameters", json::Object{{"ApiKeyName", "X-Key"}, {"ApiKeyValue", "k3y"}}}};
}

json::Object oauth(const std::string& endpoint = "https://id.example.com/token") {
    return {{"OAuthParameters",
             json::Object{{"ClientParameters", json::Object{{"ClientID", "id"}, {"ClientSecret", "s3cret"}}},
                          {"AuthorizationEndpoint", endpoint},
                          {"HttpMethod", "POST"}}}};
}

json::Object parameter(const std::string& key, const std::string& value, bool is_secret) {
    return {{"Key", key}, {"Value", value}, {"IsValueSecret", is_secret}};
}

struct ConnectionsTest : testing::EventsWorld {
    Answer create(const std::string& type, const json::Object& parameters, const std::string& name = "c") {
        return ask("CreateConnection", {{"Name", name}, {"AuthorizationType", type}, {"AuthParameters", parameters}});
    }
    json::Value describe(const std::string& name = "c") { return ask("DescribeConnection", {{"Name", name}}).body; }
    /// What deliveries see.
    json::Object kept(const std::string& name = "c") {
        return catalog->read([&](const bus::Resources& resources) {
            return *resources.find(bus::Kind::Connection, bus::key_of({}, name));
        });
    }
};

std::string names(const json::Value& answer) {
    std::string all;
    for (const json::Value& one : *answer.find("Connections")->as_array())
        all += *one.find("Name")->as_string() + ' ';
    return all;
}

TEST_CASE_METHOD(ConnectionsTest, "a connection is made, described without its secrets, and kept", "[aws]") {
    clock.advance(std::chrono::milliseconds{1234});
    json::Object parameters = basic();
    parameters.set(
        "InvocationHttpParameters",
        json::Object{{"HeaderParameters", json::Array{parameter("a", "1", false), parameter("b", "h1dden", true),
                                                      json::Object{{"Key", "c"}, {"Value", "3"}}}}});

    const auto made =
        ask("CreateConnection",
            {{"Name", "c"}, {"Description", "d"}, {"AuthorizationType", "BASIC"}, {"AuthParameters", parameters}});

    REQUIRE(made.error().empty());
    CHECK(std::regex_match(made.text("ConnectionArn"),
                           std::regex{"arn:aws:events:us-east-1:000000000000:connection/c/" + kUuid}));
    CHECK(made.body == json::Object{{"ConnectionArn", made.text("ConnectionArn")},
                                    {"ConnectionState", "AUTHORIZED"},
                                    {"CreationTime", 1767225601},
                                    {"LastModifiedTime", 1767225601}});
    const auto check = [&] {
        const json::Value shown = describe();
        const std::string secret = *shown.find("SecretArn")->as_string();
        CHECK(std::regex_match(
            secret, std::regex{"arn:aws:secretsmanager:us-east-1:000000000000:secret:events!connection/c/" + kUuid +
                               "-[0-9a-zA-Z]{6}"}));
        CHECK(json::write(shown) ==
              R"({"ConnectionArn":")" + made.text("ConnectionArn") +
                  R"(","Name":"c","Description":"d","ConnectionState":"AUTHORIZED","AuthorizationType":"BASIC",)"
                  R"("SecretArn":")" +
                  secret +
                  R"(","AuthParameters":{"BasicAuthParameters":{"Username":"u"},"InvocationHttpParameters":)"
                  R"({"HeaderParameters":[{"Key":"a","Value":"1","IsValueSecret":false},)"
                  R"({"Key":"b","IsValueSecret":true},{"Key":"c","Value":"3","IsValueSecret":false}]}},)"
                  R"("CreationTime":1767225601,"LastModifiedTime":1767225601,"LastAuthorizedTime":1767225601})");
        CHECK(json::write(kept()).find("p4ss") != std::string::npos);
        CHECK(json::write(kept()).find("h1dden") != std::string::npos);
    };
    check();
    restart();
    check();
}

TEST_CASE_METHOD(ConnectionsTest, "credentials of each type are kept and not shown", "[aws]") {
    json::Object with_query = oauth();
    with_query.find("OAuthParameters")
        ->as_object()
        ->set("OAuthHttpParameters",
              json::Object{{"QueryStringParameters", json::Array{parameter("q", "h1dden", true)}},
                           {"BodyParameters", json::Array{parameter("b", "1", false)}}});

    CHECK(create("API_KEY", api_key(), "key").text("ConnectionState") == "AUTHORIZED");
    CHECK(create("OAUTH_CLIENT_CREDENTIALS", with_query, "oauth").text("ConnectionState") == "AUTHORIZING");

    CHECK(*describe("key").find("AuthParameters") ==
          json::Object{{"ApiKeyAuthParameters", json::Object{{"ApiKeyName", "X-Key"}}}});
    CHECK(json::write(*describe("oauth").find("AuthParameters")) ==
          R"({"OAuthParameters":{"ClientParameters":{"ClientID":"id"},)"
          R"("AuthorizationEndpoint":"https://id.example.com/token","HttpMethod":"POST",)"
          R"("OAuthHttpParameters":{"QueryStringParameters":[{"Key":"q","IsValueSecret":true}],)"
          R"("BodyParameters":[{"Key":"b","Value":"1","IsValueSecret":false}]}}})");
    CHECK(*describe("oauth").find("ConnectionState") == json::Value{"AUTHORIZING"});
    CHECK(json::write(kept("key")).find("k3y") != std::string::npos);
    CHECK(json::write(kept("oauth")).find("s3cret") != std::string::npos);
    CHECK(json::write(kept("oauth")).find("h1dden") != std::string::npos);
}

TEST_CASE_METHOD(ConnectionsTest, "a name is taken once, and each creation has another ARN", "[aws]") {
    const auto first = create("BASIC", basic());

    CHECK(create("BASIC", basic()).error() == "ResourceAlreadyExistsException: Connection 'c' already exists.");
    CHECK(create("BASIC", basic(), "other").text("ConnectionArn") != first.text("ConnectionArn"));
    REQUIRE(ask("DeleteConnection", {{"Name", "c"}}).error().empty());
    CHECK(create("BASIC", basic()).text("ConnectionArn") != first.text("ConnectionArn"));
}

TEST_CASE_METHOD(ConnectionsTest, "credentials must be those of the authorization type", "[aws]") {
    const std::string invalid =
        "ValidationException: Failed to create the connection(s). Parameter AuthParameters is not valid. Reason: ";
    json::Object both = basic();
    both.set("ApiKeyAuthParameters", *api_key().find("ApiKeyAuthParameters"));

    CHECK(create("BASIC", {}).error() == invalid + "AuthorizationType BASIC requires all BasicAuthParameters.");
    CHECK(create("API_KEY", basic()).error() == invalid + "BasicAuthParameters are not of AuthorizationType API_KEY.");
    CHECK(create("BASIC", both).error() == invalid + "ApiKeyAuthParameters are not of AuthorizationType BASIC.");
    CHECK(create("OAUTH_CLIENT_CREDENTIALS", oauth("https://*/token")).error() ==
          "ValidationException: Failed to create the connection(s). Parameter AuthorizationEndpoint is not valid. "
          "Reason: Endpoint 'https://*/token' is invalid, please provide a valid HTTPS endpoint URL.");
    CHECK(describe().find("__type") != nullptr);
}

TEST_CASE_METHOD(ConnectionsTest, "what is missing, too long or unknown of a connection is told of", "[aws]") {
    const std::string fails = "' failed to satisfy constraint: Member must ";
    const auto no_password = json::Object{{"BasicAuthParameters", json::Object{{"Username", "u"}}}};

    CHECK(ask("CreateConnection", {}).error() ==
          "ValidationException: 3 validation errors detected: Value null at 'name" + fails +
              "not be null; Value null at 'authorizationType" + fails + "not be null; Value null at 'authParameters" +
              fails + "not be null");
    CHECK(create("BASIC", no_password).error() ==
          "ValidationException: 1 validation error detected: Value null at "
          "'authParameters.basicAuthParameters.password" +
              fails + "not be null");
    CHECK(create("NONE", basic()).error() ==
          "ValidationException: 1 validation error detected: Value 'NONE' at 'authorizationType" + fails +
              "satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]");
    CHECK(create("BASIC", basic("a:b")).error().find("basicAuthParameters.username") != std::string::npos);
    const std::string long_name(65, 'a');
    const std::string too_long = "ValidationException: 1 validation error detected: Value '" + long_name +
                                 "' at 'name" + fails + "have length less than or equal to 64";
    for (const std::string operation :
         {"DescribeConnection", "DeleteConnection", "DeauthorizeConnection", "UpdateConnection"})
        CHECK(ask(operation, {{"Name", long_name}}).error() == too_long);
    CHECK(*ask("CreateConnection", {{"Name", "c"}, {"AuthParameters", "p"}}).body.find("__type") ==
          json::Value{"SerializationException"});
}

TEST_CASE_METHOD(ConnectionsTest, "an update of a connection replaces what it gives and keeps the rest", "[aws]") {
    json::Object parameters = basic();
    parameters.set("InvocationHttpParameters",
                   json::Object{{"BodyParameters", json::Array{parameter("b", "h1dden", true)}}});
    create("BASIC", parameters);
    const std::string version = *kept().find("Version")->as_string();
    clock.advance(std::chrono::seconds{10});

    const auto described = ask("UpdateConnection", {{"Name", "c"}, {"Description", "d"}});
    CHECK(described.body == json::Object{{"ConnectionArn", *describe().find("ConnectionArn")},
                                         {"ConnectionState", "AUTHORIZED"},
                                         {"CreationTime", 1767225600},
                                         {"LastModifiedTime", 1767225610},
                                         {"LastAuthorizedTime", 1767225600}});
    CHECK(*kept().find("Version") == json::Value{version});

    // The console sends back what it was shown: without the secrets.
    const auto answer = ask(
        "UpdateConnection",
        {{"Name", "c"},
         {"AuthorizationType", "BASIC"},
         {"AuthParameters",
          json::Object{
              {"BasicAuthParameters", json::Object{{"Username", "v"}}},
              {"InvocationHttpParameters",
               json::Object{{"BodyParameters", json::Array{json::Object{{"Key", "b"}, {"IsValueSecret", true}}}}}}}}});

    CHECK(answer.error().empty());
    CHECK(*answer.body.find("LastAuthorizedTime") == json::Value{1767225610});
    CHECK(*describe().find("Description") == json::Value{"d"});
    CHECK(*kept().find("AuthParameters") ==
          json::Object{{"BasicAuthParameters", json::Object{{"Username", "v"}, {"Password", "p4ss"}}},
                       {"InvocationHttpParameters",
                        json::Object{{"BodyParameters", json::Array{parameter("b", "h1dden", true)}}}}});
    CHECK(*kept().find("Version") != json::Value{version});
    restart();
    CHECK(*kept().find("AuthParameters")->find("BasicAuthParameters")->find("Username") == json::Value{"v"});
    CHECK(ask("UpdateConnection", {{"Name", "c"}, {"Description", ""}}).error().empty());
    CHECK(describe().find("Description") == nullptr);
}

TEST_CASE_METHOD(ConnectionsTest, "a secret value cannot be made public without knowing it", "[aws]") {
    json::Object parameters = basic();
    parameters.set("InvocationHttpParameters",
                   json::Object{{"HeaderParameters", json::Array{parameter("a", "h1dden", true)}}});
    create("BASIC", parameters);
    const auto update = [&](json::Object header) {
        return ask("UpdateConnection",
                   {{"Name", "c"},
                    {"AuthParameters",
                     json::Object{{"InvocationHttpParameters",
                                   json::Object{{"HeaderParameters", json::Array{std::move(header)}}}}}}})
            .error();
    };

    CHECK(update({{"Key", "a"}, {"IsValueSecret", false}}).empty());
    CHECK(json::write(describe()).find("h1dden") == std::string::npos);
    CHECK(json::write(kept()).find("h1dden") != std::string::npos);
    CHECK(update(parameter("a", "new", false)).empty());
    CHECK(json::write(describe()).find("new") != std::string::npos);
}

TEST_CASE_METHOD(ConnectionsTest, "another authorization type takes all its credentials", "[aws]") {
    create("BASIC", basic());

    CHECK(ask("UpdateConnection", {{"Name", "c"}, {"AuthorizationType", "API_KEY"}}).error() ==
          "ValidationException: Failed to update the connection(s). Parameter AuthParameters is not valid. Reason: "
          "AuthorizationType API_KEY requires all ApiKeyAuthParameters.");
    CHECK(*kept().find("AuthorizationType") == json::Value{"BASIC"});
    const auto answer =
        ask("UpdateConnection",
            {{"Name", "c"}, {"AuthorizationType", "OAUTH_CLIENT_CREDENTIALS"}, {"AuthParameters", oauth()}});
    CHECK(answer.text("ConnectionState") == "AUTHORIZING");
    CHECK(*kept().find("AuthParameters") == oauth());
}

TEST_CASE_METHOD(ConnectionsTest, "an update must give something, to a connection that is there", "[aws]") {
    CHECK(ask("UpdateConnection", {{"Name", "c"}, {"Description", "d"}}).error() == kMissing);
    create("BASIC", basic());
    CHECK(ask("UpdateConnection", {{"Name", "c"}}).error() ==
          "ValidationException: Failed to update the connection(s). At least one of the following is required: "
          "Description, KmsKeyIdentifier, AuthorizationType with BasicAuthParameters, ApiKeyAuthParameters, or "
          "OAuthParameters.");
}

TEST_CASE_METHOD(ConnectionsTest, "deauthorizing forgets credentials until an update brings new ones", "[aws]") {
    CHECK(ask("DeauthorizeConnection", {{"Name", "c"}}).error() == kMissing);
    create("BASIC", basic());

    CHECK(ask("DeauthorizeConnection", {{"Name", "c"}}).text("ConnectionState") == "DEAUTHORIZING");

    restart();
    CHECK(json::write(kept()).find("p4ss") == std::string::npos);
    CHECK(*describe().find("ConnectionState") == json::Value{"DEAUTHORIZED"});
    CHECK(describe().find("AuthParameters") == nullptr);
    CHECK(describe().find("SecretArn") == nullptr);
    CHECK(ask("DeauthorizeConnection", {{"Name", "c"}}).text("ConnectionState") == "DEAUTHORIZED");
    CHECK(ask("UpdateConnection", {{"Name", "c"}, {"Description", "d"}}).text("ConnectionState") == "DEAUTHORIZED");
    CHECK(ask("UpdateConnection", {{"Name", "c"}, {"AuthorizationType", "BASIC"}, {"AuthParameters", basic()}})
              .text("ConnectionState") == "AUTHORIZED");
    CHECK(describe().find("StateReason") == nullptr);
    CHECK(describe().find("SecretArn") != nullptr);
}

TEST_CASE_METHOD(ConnectionsTest, "a deleted connection is gone", "[aws]") {
    CHECK(ask("DeleteConnection", {{"Name", "c"}}).error() == kMissing);
    create("BASIC", basic());

    const auto deleted = ask("DeleteConnection", {{"Name", "c"}});

    CHECK(deleted.text("ConnectionState") == "DELETING");
    CHECK(deleted.body.find("LastAuthorizedTime") != nullptr);
    restart();
    CHECK(ask("DescribeConnection", {{"Name", "c"}}).error() == kMissing);
}

TEST_CASE_METHOD(ConnectionsTest, "connections are listed by prefix, state and page", "[aws]") {
    for (const std::string name : {"b2", "a", "b1", "b3"})
        create("BASIC", basic(), name);
    create("OAUTH_CLIENT_CREDENTIALS", oauth(), "o");

    CHECK(names(ask("ListConnections", {}).body) == "a b1 b2 b3 o ");
    CHECK(names(ask("ListConnections", {{"ConnectionState", "AUTHORIZING"}}).body) == "o ");
    const auto first = ask("ListConnections", {{"NamePrefix", "b"}, {"Limit", 2}});
    CHECK(names(first.body) == "b1 b2 ");
    const auto rest = ask("ListConnections", {{"NamePrefix", "b"}, {"NextToken", first.text("NextToken")}});
    CHECK(names(rest.body) == "b3 ");
    CHECK(rest.body.find("NextToken") == nullptr);
    CHECK(ask("ListConnections", {{"NamePrefix", "a"}, {"NextToken", first.text("NextToken")}}).error() ==
          "ValidationException: Parameter NextToken is not valid. Reason: Token invalid.");
    CHECK(json::write(ask("ListConnections", {{"NamePrefix", "a"}}).body) ==
          R"({"Connections":[{"ConnectionArn":")" + *describe("a").find("ConnectionArn")->as_string() +
              R"(","Name":"a","ConnectionState":"AUTHORIZED","AuthorizationType":"BASIC",)"
              R"("CreationTime":1767225600,"LastModifiedTime":1767225600,"LastAuthorizedTime":1767225600}]})");
}

TEST_CASE_METHOD(ConnectionsTest, "connections of other accounts and regions are not seen", "[aws]") {
    create("BASIC", basic());

    account = "123456789012";
    CHECK(ask("DescribeConnection", {{"Name", "c"}}).error() == kMissing);
    CHECK(ask("DeleteConnection", {{"Name", "c"}}).error() == kMissing);
    CHECK(names(ask("ListConnections", {}).body).empty());
    CHECK(create("BASIC", basic()).text("ConnectionArn").starts_with("arn:aws:events:us-east-1:123456789012:"));
    account.clear();
    CHECK(*describe().find("ConnectionState") == json::Value{"AUTHORIZED"});
}

TEST_CASE_METHOD(ConnectionsTest, "private connectivity is kept with its association", "[aws]") {
    const std::string resource =
        "arn:aws:vpc-lattice:us-east-1:000000000000:resourceconfiguration/rcfg-0123456789abcdefg";
    const auto connectivity = [](const std::string& arn) {
        return json::Object{{"ResourceParameters", json::Object{{"ResourceConfigurationArn", arn}}}};
    };
    create("BASIC", basic());

    REQUIRE(ask("UpdateConnection", {{"Name", "c"}, {"InvocationConnectivityParameters", connectivity(resource)}})
                .error()
                .empty());

    const json::Value shown = *describe().find("InvocationConnectivityParameters")->find("ResourceParameters");
    CHECK(*shown.find("ResourceConfigurationArn") == json::Value{resource});
    CHECK(std::regex_match(*shown.find("ResourceAssociationArn")->as_string(),
                           std::regex{"arn:aws:vpc-lattice:us-east-1:000000000000:servicenetworkresourceassociation/"
                                      "snra-[0-9a-z]{17}"}));
    ask("UpdateConnection", {{"Name", "c"}, {"InvocationConnectivityParameters", connectivity("")}});
    CHECK(describe().find("InvocationConnectivityParameters") == nullptr);
}

}  // namespace
}  // namespace rialto::api::aws
