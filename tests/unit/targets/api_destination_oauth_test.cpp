#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "destination_world.hpp"

namespace rialto::targets {
namespace {

/// An authorization server and a destination in one. Tokens are t1, t2, ...
class OAuthTest : public DestinationTest {
public:
    struct Behaviour {
        int token_status = 200;
        std::string more_of_token = R"(,"expires_in":3600)";
        std::string refused_token = "none";
        int refusal = 401;
    };

    OAuthTest() {
        use_oauth();
        behave({});
    }

    void behave(const Behaviour& behaviour) {
        server.answer_with([this, behaviour](const http::Request& request) { return answer(request, behaviour); });
    }

    // On the server's thread.
    http::Response answer(const http::Request& request, const Behaviour& behaviour) {
        http::Response response;
        if (request.path == "/token") {
            response.status = behaviour.token_status;
            response.body = R"({"access_token":"t)" + std::to_string(++granted_) + R"(","token_type":"Bearer")" +
                            behaviour.more_of_token + "}";
            return response;
        }
        const auto authorization = request.headers.find("Authorization");
        response.status = authorization == "Bearer " + behaviour.refused_token ? behaviour.refusal : 200;
        return response;
    }

    std::vector<std::string> tokens_used() const {
        std::vector<std::string> used;
        for (const auto& request : server.seen())
            if (request.path == "/hook")
                used.emplace_back(request.headers.find("Authorization").value_or("none"));
        return used;
    }

private:
    int granted_ = 0;
};

using Used = std::vector<std::string>;

TEST_CASE_METHOD(OAuthTest, "a token is got with the client's credentials and used until it expires", "[destination]") {
    (void)deliver();
    (void)deliver();

    CHECK(tokens_used() == Used{"Bearer t1", "Bearer t1"});
    const auto request = server.seen().front();
    CHECK(request.method == "POST");
    CHECK(request.target == "/token");
    CHECK(request.headers.find("Content-Type") == "application/x-www-form-urlencoded");
    CHECK(request.body == "grant_type=client_credentials&client_id=id&client_secret=hush");
    CHECK(metric(R"(rialto_oauth_token_requests_total{result="fetched"})") == 1);
}

TEST_CASE_METHOD(OAuthTest, "the request for a token takes the connection's method and parameters", "[destination]") {
    auto& oauth = std::get<Connection::OAuth>(destination.connection.credentials);
    oauth.client_secret = Secret{"a&b"};
    oauth.parameters = {.headers = {{"X-Tenant", "7"}},
                        .query = {{"v", "2"}},
                        .body = {{"scope", "read write"}, {"client_id", "other"}}};
    SECTION("in a form") {
        oauth.method = GENERATE("POST", "PUT");
        (void)deliver();
        const auto request = server.seen().front();
        CHECK(request.method == oauth.method);
        CHECK(request.query == "v=2");
        CHECK(request.body == "grant_type=client_credentials&client_secret=a%26b&scope=read%20write&client_id=other");
        CHECK(request.headers.find("X-Tenant") == "7");
    }
    SECTION("in the query") {
        oauth.method = "GET";
        (void)deliver();
        const auto request = server.seen().front();
        CHECK(request.method == "GET");
        CHECK(request.query ==
              "grant_type=client_credentials&client_secret=a%26b&scope=read%20write&client_id=other&v=2");
        CHECK(request.body.empty());
    }
    CHECK(tokens_used() == Used{"Bearer t1"});
}

TEST_CASE_METHOD(OAuthTest, "a token that expires within a minute is replaced", "[destination]") {
    behave({.more_of_token = GENERATE(R"(,"expires_in":100)", R"(,"expires_in":"100")")});
    (void)deliver();
    pass(39s);
    (void)deliver();
    pass(1s);
    (void)deliver();

    CHECK(tokens_used() == Used{"Bearer t1", "Bearer t1", "Bearer t2"});
}

TEST_CASE_METHOD(OAuthTest, "a token without an end is used until it is refused", "[destination]") {
    behave({.more_of_token = ""});
    (void)deliver();
    pass(1000h);
    (void)deliver();

    CHECK(tokens_used() == Used{"Bearer t1", "Bearer t1"});
}

TEST_CASE_METHOD(OAuthTest, "a token that was kept and is refused is replaced at once", "[destination]") {
    (void)deliver();
    behave({.refused_token = "t1", .refusal = GENERATE(401, 407)});

    const auto outcome = deliver();

    CHECK(std::holds_alternative<delivery::Delivered>(outcome));
    CHECK(tokens_used() == Used{"Bearer t1", "Bearer t1", "Bearer t2"});
}

TEST_CASE_METHOD(OAuthTest, "a fresh token that is refused fails the attempt, and the next gets another",
                 "[destination]") {
    behave({.refused_token = "t1"});

    const auto failure = fail();
    const auto next = deliver();

    CHECK_FALSE(failure.final);
    CHECK(std::holds_alternative<delivery::Delivered>(next));
    CHECK(tokens_used() == Used{"Bearer t1", "Bearer t2"});
}

TEST_CASE_METHOD(OAuthTest, "a connection is authorized by getting the token of its first call", "[destination]") {
    const Status authorized = run(target.authorize(destination.connection));
    (void)deliver();

    CHECK(authorized);
    CHECK(server.count("/token") == 1);
    CHECK(tokens_used() == Used{"Bearer t1"});
}

TEST_CASE_METHOD(OAuthTest, "a connection whose client is unknown is not authorized", "[destination]") {
    behave({.token_status = 401});

    const Status authorized = run(target.authorize(destination.connection));

    REQUIRE_FALSE(authorized);
    CHECK_THAT(authorized.error().message, Catch::EndsWith("it answered 401 Unauthorized"));
}

TEST_CASE_METHOD(OAuthTest, "a user's password and a key are authorized as they are", "[destination]") {
    destination.connection.credentials = Connection::ApiKey{"X-Key", Secret{"hush"}};

    CHECK(run(target.authorize(destination.connection)));
    CHECK(server.count() == 0);
}

TEST_CASE_METHOD(OAuthTest, "other credentials drop the token", "[destination]") {
    (void)deliver();
    destination.connection.version = "2";
    (void)deliver();

    CHECK(tokens_used() == Used{"Bearer t1", "Bearer t2"});
}

TEST_CASE_METHOD(OAuthTest, "all who need a token wait for one request", "[destination]") {
    attempt.target = parameters;
    server.hold();
    int done = 0;
    for (int i = 0; i < 5; ++i)
        asio::co_spawn(loop, target.deliver(attempt),
                       [&done](std::exception_ptr, const delivery::Outcome&) { ++done; });
    until([&] { return server.count("/token") == 1; });
    loop.poll();
    server.release();
    until([&] { return done == 5; });

    CHECK(server.count("/token") == 1);
    CHECK(tokens_used() == Used(5, "Bearer t1"));
}

TEST_CASE_METHOD(OAuthTest, "if the one who fetches a token is cancelled, another takes over", "[destination]") {
    attempt.target = parameters;
    server.hold();
    asio::cancellation_signal cancel;
    int done = 0;
    const auto count = [&done](std::exception_ptr, const delivery::Outcome&) { ++done; };
    asio::co_spawn(loop, target.deliver(attempt), asio::bind_cancellation_slot(cancel.slot(), count));
    until([&] { return server.count("/token") == 1; });
    asio::co_spawn(loop, target.deliver(attempt), count);
    loop.poll();

    cancel.emit(asio::cancellation_type::terminal);
    until([&] { return server.count("/token") == 2; });
    server.release();
    until([&] { return done == 2; });

    CHECK(tokens_used().size() == 1);
}

TEST_CASE_METHOD(OAuthTest, "without a token the attempt fails, is tried again, and says nothing secret",
                 "[destination]") {
    std::string reason;
    std::string code = "ERROR_FROM_TARGET";
    auto& oauth = std::get<Connection::OAuth>(destination.connection.credentials);
    SECTION("refused") {
        const int status = GENERATE(302, 400, 401, 500);
        behave({.token_status = status});
        reason = "answered " + std::to_string(status);
    }
    SECTION("no token in it") {
        server.answer_with(200, {},
                           GENERATE("", "{}", "[]", R"({"access_token":""})", R"({"access_token":7})",
                                    R"({"access_token":"hush\r\nX-A: b"})"));
        reason = "holds no access_token";
    }
    SECTION("not reached") {
        oauth.endpoint = "http://127.0.0.1:1/token?hush";
        reason = "http://127.0.0.1:1";
        code = "CONNECTION_FAILURE";
    }
    SECTION("a request that cannot be made") {
        oauth.parameters.headers = {{"Host", "hush"}};
        reason = "Host cannot be set";
        code = "INVALID_PARAMETER";
    }

    const auto failure = fail();

    CHECK_FALSE(failure.final);
    CHECK(failure.code == code);
    CHECK_THAT(failure.error.message, Catch::Contains("the authorization endpoint of " + destination.connection.arn) &&
                                          Catch::Contains(reason) && !Catch::Contains("hush"));
    CHECK(server.count("/hook") == 0);
    CHECK(metric(R"(rialto_oauth_token_requests_total{result="failed"})") == 1);
}

}  // namespace
}  // namespace rialto::targets
