#include "rialto/targets/api_destination.hpp"

#include "destination_world.hpp"

namespace rialto::targets {
namespace {

TEST_CASE_METHOD(DestinationTest, "a call carries the payload and the headers that EventBridge sends",
                 "[destination]") {
    const auto request = call();

    CHECK(request.method == "POST");
    CHECK(request.target == "/hook");
    CHECK(request.body == R"({"n":1.50})");
    CHECK(request.headers.find("User-Agent") == "Amazon/EventBridge/ApiDestinations");
    CHECK(request.headers.find("Content-Type") == "application/json; charset=utf-8");
    CHECK(request.headers.find("Range") == "bytes=0-1048575");
    CHECK(request.headers.find("Accept-Encoding") == "gzip,deflate");
    CHECK_FALSE(request.headers.find("Connection"));  // AWS closes, here it serves the next call
    CHECK(request.headers.find("Content-Length") == "10");
    CHECK_FALSE(request.headers.find("Accept"));
    CHECK(metric(R"(rialto_api_destination_calls_total{result="2xx"})") == 1);
}

TEST_CASE_METHOD(DestinationTest, "a destination's method is used", "[destination]") {
    destination.method = GENERATE("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE");

    const auto request = call();

    CHECK(request.method == destination.method);
}

TEST_CASE_METHOD(DestinationTest, "a call proves who it comes from", "[destination]") {
    SECTION("by user and password") { CHECK(call().headers.find("Authorization") == "Basic YW5uOmh1c2g="); }
    SECTION("by a key, which is the connection's whatever else is set") {
        destination.connection.credentials = Connection::ApiKey{"X-Key", Secret{"hush"}};
        destination.connection.invocation.headers = {{"x-key", "other"}};
        parameters.headers = {{"X-KEY", "another"}};
        CHECK(call().headers.find("X-Key") == "hush");
    }
}

TEST_CASE_METHOD(DestinationTest, "the connection's parameters override the target's of the same name",
                 "[destination]") {
    destination.endpoint += "?v=1";
    parameters.headers = {{"X-A", "target"}, {"X-B", "target"}, {"Content-Type", "text/plain"}};
    parameters.query = {{"a", "target"}, {"b", "t&=ü"}};
    attempt.payload = R"({"a":{"deep":true},"b":2})";
    destination.connection.invocation = {.headers = {{"x-a", "connection"}},
                                         .query = {{"a", "connection"}, {"c", ""}},
                                         .body = {{"a", "connection"}, {"c", "new"}}};

    const auto request = call();

    CHECK(request.headers.find("X-A") == "connection");
    CHECK(request.headers.find("X-B") == "target");
    CHECK(request.headers.find("Content-Type") == "text/plain");
    CHECK(request.query == "v=1&b=t%26%3D%C3%BC&a=connection&c=");
    CHECK(request.body == R"({"a":"connection","b":2,"c":"new"})");
}

TEST_CASE_METHOD(DestinationTest, "path values fill the stars of the path in their order", "[destination]") {
    destination.endpoint = server.url("/a/*/b-*/c?q=*");
    parameters.path_values = {"x y/z?*", "ü", "left over"};

    CHECK(call().target == "/a/x%20y%2Fz%3F%2A/b-%C3%BC/c?q=*");
}

TEST_CASE_METHOD(DestinationTest, "the target's values may be paths into the event", "[destination]") {
    destination.endpoint = server.url("/*/*");
    parameters.path_values = {"$.detail.name", "$.detail.count"};
    parameters.headers = {{"X-Name", "$.detail.name"}, {"X-None", "$.detail.none"}, {"X-Price", "$5"}};
    parameters.query = {{"n", "$.detail.count"}, {"gone", "$.detail.gone"}};

    const auto request = call();

    CHECK(request.target == "/a%20b%2Fc/3?n=3");
    CHECK(request.headers.find("X-Name") == "a b/c");
    CHECK(request.headers.find("X-Price") == "$5");
    CHECK_FALSE(request.headers.find("X-None"));
}

TEST_CASE_METHOD(DestinationTest, "what cannot be sent fails for good, without a secret in its message",
                 "[destination]") {
    std::string reason;
    SECTION("a header that ends early") {
        parameters.headers = {{"X-A", "hush\r\nX-B: hush"}};
        reason = "X-A holds control characters";
    }
    SECTION("a header that ends early, from the event") {
        attempt.event = json::parse(R"({"detail":{"name":"hush\nX-B: hush"}})").value();
        parameters.headers = {{"X-A", "$.detail.name"}};
        reason = "X-A holds control characters";
    }
    SECTION("a header that is HTTP's own") {
        parameters.headers = {{GENERATE("Host", "content-length", "Connection", "TE", "Transfer-Encoding"), "hush"}};
        reason = "cannot be set";
    }
    SECTION("a key in a header that is HTTP's own") {
        destination.connection.credentials = Connection::ApiKey{"Host", Secret{"hush"}};
        reason = "Host cannot be set";
    }
    SECTION("a long header") {
        parameters.headers = {{"X-A", std::string(9000, 'x')}};
        reason = "longer than 8 KiB";
    }
    SECTION("a long URL") {
        parameters.query = {{"a", std::string(17'000, 'x')}};
        reason = "longer than 16 KiB";
    }
    SECTION("too few path values") {
        destination.endpoint = server.url("/*/*");
        parameters.path_values = {"hush"};
        reason = "more * than";
    }
    SECTION("a path value that leads elsewhere") {
        destination.endpoint = server.url("/a/*");
        parameters.path_values = {GENERATE("..", ".", "$.detail.none", "$.detail.gone")};
        reason = "a path value";
    }
    SECTION("body parameters for what is no object") {
        destination.connection.invocation.body = {{"a", "hush"}};
        attempt.payload = GENERATE("[1]", "\"text\"", "no JSON");
        reason = "not a JSON object";
    }
    SECTION("a large body") {
        attempt.payload = '"' + std::string(64 << 10, 'x') + '"';
        reason = "larger than 64 KiB";
    }
    SECTION("an endpoint with user information") {
        destination.endpoint = "https://ann:hush@127.0.0.1/";
        reason = "user information";
    }
    SECTION("an endpoint that is no URL") {
        destination.endpoint = "ftp://hush";
        reason = "neither http nor https";
    }

    const auto failure = fail();

    CHECK(failure.final);
    CHECK(failure.code == "INVALID_PARAMETER");
    CHECK_THAT(failure.error.message, Catch::Contains(reason));
    CHECK_THAT(failure.error.message, !Catch::Contains("hush"));
    CHECK(server.count() == 0);
}

TEST_CASE_METHOD(DestinationTest, "a body of 64 KiB is not too large", "[destination]") {
    attempt.payload = '"' + std::string((64 << 10) - 2, 'x') + '"';

    CHECK(call().body.size() == 64 << 10);
}

TEST_CASE_METHOD(DestinationTest, "the answer's status decides whether it is tried again", "[destination]") {
    const auto [status, is_final, code] = GENERATE(table<int, bool, std::string>({
        {301, true, "ERROR_FROM_TARGET"},
        {302, true, "ERROR_FROM_TARGET"},
        {304, true, "ERROR_FROM_TARGET"},
        {400, true, "ERROR_FROM_TARGET"},
        {401, false, "ERROR_FROM_TARGET"},
        {403, true, "ERROR_FROM_TARGET"},
        {404, true, "ERROR_FROM_TARGET"},
        {407, false, "ERROR_FROM_TARGET"},
        {408, true, "ERROR_FROM_TARGET"},
        {409, false, "ERROR_FROM_TARGET"},
        {410, true, "ERROR_FROM_TARGET"},
        {429, false, "THROTTLING"},
        {500, false, "ERROR_FROM_TARGET"},
        {503, false, "ERROR_FROM_TARGET"},
        {599, false, "ERROR_FROM_TARGET"},
    }));
    server.answer_with(status, {{"Location", "/elsewhere"}});

    const auto failure = fail();

    CHECK(failure.final == is_final);
    CHECK(failure.code == code);
    CHECK(failure.not_before == Duration{0});
    CHECK_THAT(failure.error.message, Catch::Contains("answered " + std::to_string(status)));
    CHECK(server.count() == 1);
}

TEST_CASE_METHOD(DestinationTest, "Retry-After sets the least wait", "[destination]") {
    const auto [value, is_final, wait] = GENERATE(table<std::string, bool, Duration>({
        {"0", false, 0s},
        {"120", false, 120s},
        {"Thu, 01 Jan 2026 00:01:30 GMT", false, 90s},
        {"Wed, 31 Dec 2025 23:00:00 GMT", false, 0s},
        {"Fri, 01 Jan 2100 00:00:00 GMT", false, 48h},
        {"99999999999999999999999", false, 48h},
        {"-1", true, 0s},
        {"-99999999999999999999999", true, 0s},
        {"soon", false, 0s},
        {"", false, 0s},
    }));
    server.answer_with(GENERATE(429, 503), {{"Retry-After", value}});

    const auto failure = fail();

    CHECK(failure.final == is_final);
    CHECK(failure.not_before == wait);
}

TEST_CASE_METHOD(DestinationTest, "a destination that takes too long is a timeout", "[destination]") {
    ApiDestinations hasty{client, *this, clock, timer, metrics, {.timeout = 20ms}};
    attempt.target = parameters;
    server.hold();

    const auto outcome = run(hasty.deliver(attempt));

    REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
    CHECK(std::get<delivery::Failed>(outcome).code == "TIMEOUT");
    CHECK_FALSE(std::get<delivery::Failed>(outcome).final);
    CHECK(metric(R"(rialto_api_destination_calls_total{result="timeout"})") == 1);
}

TEST_CASE_METHOD(DestinationTest, "a destination that cannot be reached is tried again", "[destination]") {
    destination.endpoint = "http://127.0.0.1:1/secret-path?key=hush";

    const auto failure = fail();

    CHECK_FALSE(failure.final);
    CHECK(failure.code == "CONNECTION_FAILURE");
    CHECK_THAT(failure.error.message, Catch::Contains("http://127.0.0.1:1") && !Catch::Contains("secret"));
}

TEST_CASE_METHOD(DestinationTest, "without a scheme an endpoint is https", "[destination]") {
    destination.endpoint = "127.0.0.1:1/?next=http://x";

    CHECK_THAT(fail().error.message, Catch::Contains("https://127.0.0.1:1"));
}

TEST_CASE_METHOD(DestinationTest, "a local address fails for good where it is not allowed", "[destination]") {
    http::Client outward{{}};
    ApiDestinations careful{outward, *this, clock, timer, metrics, {}};
    attempt.target = parameters;

    const auto outcome = run(careful.deliver(attempt));

    REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
    CHECK(std::get<delivery::Failed>(outcome).code == "INVALID_PARAMETER");
    CHECK(std::get<delivery::Failed>(outcome).final);
    CHECK(server.count() == 0);
}

TEST_CASE_METHOD(DestinationTest, "a destination that is not there, or not authorized, is not called",
                 "[destination]") {
    SECTION("not there") {
        parameters.arn = "arn:aws:events:us-east-1:000000000000:api-destination/gone/1";
        const auto failure = fail();
        CHECK(failure.code == "NO_RESOURCE");
        CHECK(failure.final);
    }
    SECTION("not authorized") {
        destination.connection.authorized = false;
        const auto failure = fail();
        CHECK(failure.code == "NO_PERMISSIONS");
        CHECK_FALSE(failure.final);
    }
    CHECK(server.count() == 0);
}

TEST_CASE_METHOD(DestinationTest, "calls beyond the rate wait for their turn", "[destination]") {
    destination.rate_per_second = 2;
    attempt.target = parameters;
    int done = 0;
    for (int i = 0; i < 4; ++i)
        asio::co_spawn(loop, target.deliver(attempt),
                       [&done](std::exception_ptr, const delivery::Outcome&) { ++done; });

    until([&] { return done == 2 && timer.waiting() == 2; });
    pass(499ms);
    CHECK(timer.waiting() == 2);
    pass(1ms);
    until([&] { return done == 3; });
    CHECK(timer.waiting() == 1);
    pass(500ms);
    until([&] { return done == 4; });

    CHECK(server.count() == 4);
}

TEST_CASE_METHOD(DestinationTest, "a delivery waits as long as the destination asks, and goes out then",
                 "[destination]") {
    start();
    const model::Target owed_to{.id = "d", .kind = parameters, .input = {}, .retry = {}, .dead_letter = {}};
    keep({owed_to});
    server.answer_with(429, {{"Retry-After", "120"}});
    put("e1", owed_to);
    until([&] { return run(store->real->deliveries().next_due(clock.now())).value() == clock.now() + 120s; });
    server.answer_with(200);

    pass(119s);
    CHECK(server.count() == 1);
    pass(1s);
    until([&] { return server.count() == 2 && owed() == 0; });

    CHECK(dead_letters().empty());
}

TEST_CASE_METHOD(DestinationTest, "a delivery that a destination refuses is a dead letter with its reason",
                 "[destination]") {
    start();
    const model::Target owed_to{.id = "d", .kind = parameters, .input = {}, .retry = {}, .dead_letter = {}};
    keep({owed_to});
    server.answer_with(302, {{"Location", "/elsewhere"}});

    put("e1", owed_to);
    until([&] { return dead_letters().size() == 1; });

    const auto letter = dead_letters().front();
    CHECK(letter.error_code == "ERROR_FROM_TARGET");
    CHECK(letter.error_message == "the API destination answered 302 Found");
    CHECK(letter.attempts == 1);
    CHECK(server.count() == 1);
}

}  // namespace
}  // namespace rialto::targets
