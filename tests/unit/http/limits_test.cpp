#include <boost/asio/strand.hpp>
#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace rialto;
using namespace rialto::http;
using namespace rialto::http::test;

namespace {

using Gate = asio::steady_timer;

Task<> pass(std::shared_ptr<Gate> gate) { co_await gate->async_wait(kNoThrow); }

/// A server that answers `/slow` only when it is let through.
struct SlowTest : HttpTest {
    SlowTest() {
        handler.routes["/slow"] = [this](const Request&) -> Task<Response> {
            asked.raise();
            co_await asio::co_spawn(gate->get_executor(), pass(gate), asio::use_awaitable);
            co_return TestHandler::text(200, "done");
        };
    }

    void let_through() {
        asio::post(gate->get_executor(), [gate = gate] { gate->expires_at(Gate::time_point::min()); });
    }

    Flag asked;
    const std::shared_ptr<Gate> gate = std::make_shared<Gate>(asio::make_strand(context), Gate::time_point::max());
};

}  // namespace

TEST_CASE_METHOD(HttpTest, "a head that takes too long gets 408, however many bytes still come", "[http]") {
    options.header_timeout = 100ms;
    REQUIRE(start());
    auto client = connect();

    client.send("GET / HTTP/1.1\r\nX: ");
    std::jthread dribble{[&client](const std::stop_token& stop) {
        asio::io_context context;
        while (!stop.stop_requested() && client.send("x"))
            asio::steady_timer{context, 10ms}.wait();
    }};
    const auto answer = client.read_answer();

    CHECK(answer.status == 408);
    CHECK(answer.field("Connection") == "close");
}

TEST_CASE_METHOD(HttpTest, "a body that takes too long gets 408", "[http]") {
    options.body_timeout = 50ms;
    REQUIRE(start());
    auto client = connect();

    CHECK(client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab").status == 408);
    CHECK(client.closed());
}

TEST_CASE_METHOD(HttpTest, "an idle connection is closed without a word", "[http]") {
    options.idle_timeout = 50ms;
    REQUIRE(start());
    auto fresh = connect();
    auto used = connect();

    CHECK(used.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);
    CHECK(used.closed());
    CHECK(fresh.closed());
}

TEST_CASE_METHOD(HttpTest, "a client that does not read its answer is cut off", "[http]") {
    options.write_timeout = 100ms;
    handler.routes["/large"] = [](const Request&) -> Task<Response> {
        co_return TestHandler::text(200, std::string(64 << 20, 'x'));
    };
    REQUIRE(start());
    auto client = connect();

    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    auto other = connect();
    do
        other.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    while (registry.text().find("rialto_http_connections 1\n") == std::string::npos);

    CHECK(client.read_rest().size() < (64 << 20));
}

TEST_CASE_METHOD(HttpTest, "a client that takes a little of its answer now and then is cut off in the end", "[http]") {
    constexpr std::size_t kSize = std::size_t{64} << 20U;
    options.write_timeout = 100ms;
    options.write_rate = std::size_t{1} << 30U;
    handler.routes["/large"] = [](const Request&) -> Task<Response> {
        co_return TestHandler::text(200, std::string(kSize, 'x'));
    };
    REQUIRE(start());
    auto client = connect();

    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    std::size_t taken = 0;
    asio::io_context waits;
    for (std::size_t size = 1; size > 0; taken += size) {
        asio::steady_timer{waits, 10ms}.wait();
        size = client.take(std::size_t{64} << 10U).size();
    }

    CHECK(taken < kSize);
}

TEST_CASE_METHOD(HttpTest, "connections beyond the limit get 503 and are closed", "[http]") {
    options.max_connections = 1;
    REQUIRE(start());
    auto first = connect();
    CHECK(first.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);

    auto second = connect();
    const auto answer = second.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    CHECK(answer.status == 503);
    CHECK(answer.field("Retry-After") == "1");
    CHECK(answer.field("Connection") == "close");
    CHECK(first.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);
}

TEST_CASE_METHOD(SlowTest, "stopping ends idle connections at once and answers what is under way", "[http]") {
    REQUIRE(start());
    auto idle = connect();
    CHECK(idle.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);
    auto busy = connect();
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    asked.wait();

    auto stopped = begin_stop(5s);
    CHECK(idle.closed());
    let_through();
    const auto answer = busy.read_answer();
    busy.close();
    stopped.get();
    server.reset();

    CHECK(answer.body == "done");
    CHECK(answer.field("Connection") == "close");
}

TEST_CASE_METHOD(SlowTest, "stopping waits but briefly for peers that have their last answer and do not close",
                 "[http]") {
    REQUIRE(start());
    auto before = connect();
    CHECK(before.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").status == 200);
    auto during = connect();
    during.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    asked.wait();

    auto stopped = begin_stop(60s);
    let_through();

    CHECK(during.read_answer().body == "done");
    CHECK(stopped.wait_for(3s) == std::future_status::ready);
    stopped.get();
    server.reset();
}

TEST_CASE_METHOD(HttpTest, "stopping cuts what has not ended after the grace", "[http]") {
    Flag asked;
    handler.routes["/never"] = [&](const Request&) -> Task<Response> {
        asked.raise();
        co_await wait_for_ever();
        co_return Response{};
    };
    REQUIRE(start());
    auto busy = connect();
    busy.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
    auto half = connect();
    half.send("GET / HT");
    asked.wait();

    stop(50ms);

    CHECK(busy.closed());
}
