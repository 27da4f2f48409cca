#include "rialto/targets/connection_authorizer.hpp"

#include "rialto/targets/catalog_directory.hpp"
#include "tests/support/catalog_world.hpp"
#include "tests/unit/targets/destination_world.hpp"

namespace rialto::targets {
namespace {

const std::string kConnection = "arn:aws:events:us-east-1:000000000000:connection/c/1";
const std::string kDestination = "arn:aws:events:us-east-1:000000000000:api-destination/d/1";

struct ConnectionsTest : testing::CatalogWorld {
    ConnectionsTest() {
        catalog->on_change([this](const std::vector<bus::Catalog::Key>& changed) { authorizer.follow(changed); });
        server.answer_with(200, {}, R"({"access_token":"t","expires_in":3600})");
    }
    ~ConnectionsTest() {
        run(authorizer.stop());
        close_catalog();
        close_bus();
        client.stop();
    }

    void put(bus::Kind kind, const std::string& name, const json::Object& document) {
        const auto edit = [&](bus::Edit& draft) {
            draft.put(kind, bus::key_of({}, name), document);
            return true;
        };
        REQUIRE(run(catalog->change(std::function<bool(bus::Edit&)>{edit})));
    }
    json::Object oauth(const std::string& version = "1") const {
        return {{"ConnectionArn", kConnection},
                {"ConnectionState", "AUTHORIZING"},
                {"Version", version},
                {"AuthParameters",
                 json::Object{{"OAuthParameters",
                               json::Object{{"ClientParameters",
                                             json::Object{{"ClientID", "id"}, {"ClientSecret", "s" + version}}},
                                            {"AuthorizationEndpoint", server.url("/token")},
                                            {"HttpMethod", "POST"}}}}}};
    }
    static json::Object basic() {
        return {{"ConnectionArn", kConnection},
                {"ConnectionState", "AUTHORIZED"},
                {"Version", "7"},
                {"AuthParameters",
                 json::Object{
                     {"BasicAuthParameters", json::Object{{"Username", "ann"}, {"Password", "hush"}}},
                     {"InvocationHttpParameters",
                      json::Object{{"HeaderParameters",
                                    json::Array{json::Object{{"Key", "h"}, {"Value", "1"}, {"IsValueSecret", true}}}},
                                   {"QueryStringParameters", json::Array{json::Object{{"Key", "q"}, {"Value", "2"}}}},
                                   {"BodyParameters", json::Array{json::Object{{"Key", "b"}, {"Value", "3"}}}}}}}}};
    }
    static json::Object api_destination(const json::Object& more = {}) {
        json::Object made{{"ApiDestinationArn", kDestination},
                          {"ConnectionArn", kConnection},
                          {"InvocationEndpoint", "https://example.com/*"},
                          {"HttpMethod", "PUT"}};
        for (const auto& [name, value] : more)
            made.set(name, value);
        return made;
    }
    std::string member(const std::string& name) const {
        return catalog->read([&](const bus::Resources& resources) {
            const bus::Document found = resources.find(bus::Kind::Connection, bus::key_of({}, "c"));
            const json::Value* value = found ? found->find(name) : nullptr;
            return value && value->as_string() ? *value->as_string() : std::string{};
        });
    }
    std::string state() const { return member("ConnectionState"); }
    void await_state(const std::string& wanted) {
        until([&] { return state() == wanted; });
    }

    testing::RecordingServer server;
    http::Client client{local_client()};
    CatalogDirectory directory{*catalog};
    ApiDestinations destinations{client, directory, clock, timer, metrics, {}};
    ConnectionAuthorizer authorizer{loop.get_executor(), *catalog, destinations, clock, timer};
};

// --- the directory ---

TEST_CASE_METHOD(ConnectionsTest, "a destination is found with its connection", "[destination]") {
    put(bus::Kind::Connection, "c", basic());
    put(bus::Kind::ApiDestination, "d", api_destination({{"InvocationRateLimitPerSecond", 5}}));

    const auto found = directory.find(kDestination);

    REQUIRE(found);
    CHECK(found->arn == kDestination);
    CHECK(found->endpoint == "https://example.com/*");
    CHECK(found->method == "PUT");
    CHECK(found->rate_per_second == 5);
    CHECK(found->connection.arn == kConnection);
    CHECK(found->connection.authorized);
    CHECK(found->connection.version == "7");
    CHECK(std::get<Connection::Basic>(found->connection.credentials).user == "ann");
    CHECK(std::get<Connection::Basic>(found->connection.credentials).password.reveal() == "hush");
    CHECK(found->connection.invocation.headers == Fields{{"h", "1"}});
    CHECK(found->connection.invocation.query == Fields{{"q", "2"}});
    CHECK(found->connection.invocation.body == Fields{{"b", "3"}});
}

TEST_CASE_METHOD(ConnectionsTest, "the standard rate is 300 a second", "[destination]") {
    put(bus::Kind::Connection, "c", basic());
    put(bus::Kind::ApiDestination, "d", api_destination());
    CHECK(directory.find(kDestination)->rate_per_second == 300);
}

TEST_CASE_METHOD(ConnectionsTest, "what was made anew under an old name is another one", "[destination]") {
    put(bus::Kind::Connection, "c", basic());
    put(bus::Kind::ApiDestination, "d", api_destination());
    const std::string other = "arn:aws:events:us-east-1:000000000000:api-destination/d/2";

    CHECK(directory.find(other).error().code == Errc::NotFound);
    CHECK(directory.find("arn:aws:events:us-east-1:000000000000:api-destination/x/1").error().code == Errc::NotFound);
    CHECK(directory.find("arn:aws:events:us-east-1:111111111111:api-destination/d/1").error().code == Errc::NotFound);
    CHECK(directory.find("nothing").error().code == Errc::NotFound);
    put(bus::Kind::ApiDestination, "d", api_destination({{"ConnectionArn", kConnection + "2"}}));
    CHECK(directory.find(kDestination).error().message ==
          "The connection of the API destination " + kDestination + " does not exist.");
}

TEST_CASE_METHOD(ConnectionsTest, "connections are read as they were made", "[destination]") {
    const auto with = [](const json::Value& parameters) {
        json::Object document{{"ConnectionArn", kConnection}, {"ConnectionState", "DEAUTHORIZED"}};
        if (parameters.as_object())
            document.set("AuthParameters", parameters);
        return connection_of(document);
    };
    const auto key =
        with(json::Object{{"ApiKeyAuthParameters", json::Object{{"ApiKeyName", "X"}, {"ApiKeyValue", "v"}}}});
    CHECK(std::get<Connection::ApiKey>(key->credentials).name == "X");
    CHECK(std::get<Connection::ApiKey>(key->credentials).value.reveal() == "v");
    CHECK_FALSE(key->authorized);
    const auto token = connection_of(oauth());
    CHECK(std::get<Connection::OAuth>(token->credentials).client_id == "id");
    CHECK(std::get<Connection::OAuth>(token->credentials).endpoint == server.url("/token"));
    CHECK(with({}));
    CHECK(with(json::Object{}).error().code == Errc::Corrupt);
}

// --- authorizing ---

TEST_CASE_METHOD(ConnectionsTest, "a connection that waits is authorized", "[destination]") {
    put(bus::Kind::Connection, "c", oauth());
    await_state("AUTHORIZED");

    CHECK(server.count("/token") == 1);
    CHECK(member("StateReason").empty());
}

TEST_CASE_METHOD(ConnectionsTest, "one that does not wait is left alone", "[destination]") {
    json::Object document = oauth();
    document.set("ConnectionState", "DEAUTHORIZED");
    put(bus::Kind::Connection, "c", document);
    pass(1h);

    CHECK(server.count() == 0);
    CHECK(state() == "DEAUTHORIZED");
}

TEST_CASE_METHOD(ConnectionsTest, "a refusal is told, and tried again later", "[destination]") {
    server.answer_with(400);
    put(bus::Kind::Connection, "c", oauth());
    until([this] { return server.count("/token") == 1; });
    settle();
    CHECK(state() == "AUTHORIZING");
    CHECK(member("StateReason").empty());
    const auto pass_until = [this](const std::function<bool()>& is_so) {
        until([&] {
            pass(1s);  // when the server's answer has come only its own thread knows
            return is_so();
        });
    };
    pass_until([this] { return !member("StateReason").empty(); });
    CHECK(state() == "AUTHORIZING");
    CHECK(server.count("/token") >= 2);

    server.answer_with(200, {}, R"({"access_token":"t"})");
    pass_until([this] { return state() == "AUTHORIZED"; });
    CHECK(member("StateReason").empty());
}

TEST_CASE_METHOD(ConnectionsTest, "new credentials are tried at once, however often the old ones were refused",
                 "[destination]") {
    server.answer_with(400);
    put(bus::Kind::Connection, "c", oauth());
    until([this] { return server.count("/token") == 1; });
    settle();
    server.answer_with([](const http::Request& request) {
        http::Response response;
        const bool good = request.body.find("client_secret=s2") != std::string::npos;
        response.status = good ? 200 : 400;
        response.body = good ? R"({"access_token":"t"})" : "";
        return response;
    });

    put(bus::Kind::Connection, "c", oauth("2"));

    await_state("AUTHORIZED");
    pass(1h);
    CHECK(member("Version") == "2");
    CHECK(server.count("/token") == 2);
}

TEST_CASE_METHOD(ConnectionsTest, "a connection that goes meanwhile is not brought back", "[destination]") {
    server.hold();
    put(bus::Kind::Connection, "c", oauth());
    until([this] { return server.count("/token") == 1; });
    const auto edit = [](bus::Edit& draft) {
        draft.erase(bus::Kind::Connection, bus::key_of({}, "c"));
        return true;
    };
    REQUIRE(run(catalog->change(std::function<bool(bus::Edit&)>{edit})));
    server.release();
    settle();
    pass(1h);

    CHECK(state().empty());
}

TEST_CASE_METHOD(ConnectionsTest, "an authorization that cannot be stored is made again", "[destination]") {
    put(bus::Kind::Connection, "other", basic());
    server.hold();
    put(bus::Kind::Connection, "c", oauth());
    until([this] { return server.count("/token") == 1; });
    store->flaky_resources.failing_writes = 1;
    server.release();
    until([this] { return store->flaky_resources.failing_writes == 0; });
    settle();
    CHECK(state() == "AUTHORIZING");
    pass(1s);
    await_state("AUTHORIZED");
}

}  // namespace
}  // namespace rialto::targets
