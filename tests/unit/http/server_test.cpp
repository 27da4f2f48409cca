#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace rialto;
using namespace rialto::http;
using namespace rialto::http::test;

namespace {

Task<Response> fail(const Request&) {
    throw std::runtime_error{"on purpose"};
    co_return Response{};
}

}  // namespace

TEST_CASE_METHOD(StartedTest, "a request is answered with the fields that every answer has", "[http]") {
    const auto answer = ask("GET /hello?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");

    CHECK(answer.status == 200);
    CHECK(answer.body == "GET /hello?x=1 []");
    CHECK(answer.field("Server") == "rialto");
    CHECK(answer.field("Date").ends_with(" GMT"));
    CHECK(answer.field("X-Request-Id").size() == 36);
    CHECK(answer.field("Connection").empty());
}

TEST_CASE_METHOD(StartedTest, "a connection serves one request after the other", "[http]") {
    auto client = connect();

    CHECK(client.ask("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /1 []");
    CHECK(client.ask("\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc").body == "POST /2 [abc]");
}

TEST_CASE_METHOD(StartedTest, "pipelined requests are answered in order", "[http]") {
    auto client = connect();

    client.send(
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
        "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    CHECK(client.read_answer().body == "GET /1 []");
    CHECK(client.read_answer().body == "POST /2 [hi]");
    CHECK(client.read_answer().body == "GET /3 []");
    CHECK(client.closed());
}

TEST_CASE_METHOD(StartedTest, "HTTP/1.0 closes after the answer unless asked to keep the connection", "[http]") {
    auto closing = connect();
    auto keeping = connect();

    CHECK(closing.ask("GET / HTTP/1.0\r\n\r\n").field("Connection") == "close");
    CHECK(closing.closed());
    CHECK(keeping.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").field("Connection") == "keep-alive");
    CHECK(keeping.ask("GET / HTTP/1.0\r\n\r\n").status == 200);
}

TEST_CASE_METHOD(StartedTest, "a chunked body arrives whole, without extensions and trailer", "[http]") {
    auto client = connect();

    client.send("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;name=value\r\nabc\r\n");
    client.send("A\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n");

    CHECK(client.read_answer().body == "POST /c [abc0123456789]");
    CHECK(client.ask("GET /next HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /next []");
}

TEST_CASE_METHOD(StartedTest, "HEAD reaches the handler, and the body of the answer is dropped", "[http]") {
    auto client = connect();

    client.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto answer = client.read_answer(false);

    CHECK(answer.status == 200);
    CHECK(answer.field("Content-Length") == "10");
    CHECK(client.ask("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /2 []");
}

TEST_CASE_METHOD(StartedTest, "a client that expects 100 Continue gets it before its body is read", "[http]") {
    auto client = connect();

    client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");

    CHECK(client.take_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK(client.ask("body").body == "POST /x [body]");
}

TEST_CASE_METHOD(StartedTest, "an absolute target is reduced to its path", "[http]") {
    CHECK(ask("GET http://host:1/a%20b?c HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /a%20b?c []");
    CHECK(ask("GET http://host HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET / []");
    CHECK(ask("GET http://host?q HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /?q []");
}

TEST_CASE_METHOD(StartedTest, "a refused request with a small body keeps the connection", "[http]") {
    auto client = connect();

    CHECK(client.ask("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n").status == 404);
    CHECK(client.ask("12345GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /2 []");
}

TEST_CASE_METHOD(StartedTest, "a refused request with a large body is answered and closed without reset", "[http]") {
    auto client = connect();

    client.send("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    client.send(std::string(1000000, 'x'));
    const auto answer = client.read_answer();

    CHECK(answer.status == 404);
    CHECK(answer.field("Connection") == "close");
    CHECK(client.closed());
}

TEST_CASE_METHOD(StartedTest, "a handler that throws costs a 500 and nothing else", "[http]") {
    handler.routes["/throw"] = fail;
    auto client = connect();

    CHECK(client.ask("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n").status == 500);
    CHECK(client.ask("GET /throw-early HTTP/1.1\r\nHost: a\r\n\r\n").status == 500);
    CHECK(client.ask("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);
}

TEST_CASE_METHOD(StartedTest, "the client's request id is used if it is harmless", "[http]") {
    CHECK(ask("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: abc.1_2-3\r\n\r\n").field("X-Request-Id") == "abc.1_2-3");
    CHECK(ask("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: a b\r\n\r\n").field("X-Request-Id").size() == 36);
}

TEST_CASE_METHOD(StartedTest, "a handler's header cannot inject another", "[http]") {
    handler.routes["/inject"] = [](const Request&) -> Task<Response> {
        Response response;
        response.headers.add("X-Evil", "a\r\nSet-Cookie: b");
        response.headers.add("Bad Name", "c");
        response.headers.add("Content-Length", "77");
        co_return response;
    };

    const auto answer = ask("GET /inject HTTP/1.1\r\nHost: a\r\n\r\n");

    CHECK(answer.field("X-Evil") == "aSet-Cookie: b");
    CHECK(answer.field("Set-Cookie").empty());
    CHECK_FALSE(answer.has("Bad Name"));
    CHECK(answer.field("Content-Length") == "0");
}

TEST_CASE_METHOD(StartedTest, "204 and 304 have neither body nor length", "[http]") {
    handler.routes["/204"] = [](const Request&) -> Task<Response> { co_return TestHandler::text(204, "dropped"); };
    auto client = connect();

    const auto answer = client.ask("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n");

    CHECK(answer.status == 204);
    CHECK(answer.field("Content-Length").empty());
    CHECK(client.ask("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /2 []");
}

TEST_CASE_METHOD(StartedTest, "answers are counted by method and class of status", "[http]") {
    auto client = connect();

    client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    client.ask("BREW / HTTP/1.1\r\nHost: a\r\n\r\n");
    client.ask("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    client.close();
    stop(2s);

    const auto text = registry.text();
    CHECK(text.find("rialto_http_requests_total{method=\"GET\",status=\"2xx\"} 1") != std::string::npos);
    CHECK(text.find("rialto_http_requests_total{method=\"other\",status=\"2xx\"} 1") != std::string::npos);
    CHECK(text.find("rialto_http_requests_total{method=\"POST\",status=\"4xx\"} 1") != std::string::npos);
    CHECK(text.find("rialto_http_connections 0") != std::string::npos);
}

TEST_CASE_METHOD(HttpTest, "a port that is taken and an address that is none are told", "[http]") {
    REQUIRE(start());
    const auto port = server->port();
    Server second{context.get_executor(), options, handler, random, registry};
    ServerOptions taken = options;
    taken.port = port;
    Server third{context.get_executor(), taken, handler, random, registry};
    ServerOptions wrong = options;
    wrong.address = "localhost:80";
    Server fourth{context.get_executor(), wrong, handler, random, registry};

    const auto in_use = third.start();
    const auto no_address = fourth.start();

    REQUIRE_FALSE(in_use);
    CHECK(in_use.error().code == Errc::AlreadyExists);
    CHECK(in_use.error().message ==
          "127.0.0.1:" + std::to_string(port) +
              " is in use by another program: stop it, or choose another address with --listen");
    REQUIRE_FALSE(no_address);
    CHECK(no_address.error().code == Errc::InvalidArgument);
}

TEST_CASE_METHOD(StartedTest, "who connects before the server accepts waits, and is answered then", "[http]") {
    std::atomic ready{false};
    handler.routes["/ready"] = [&ready](const Request&) -> Task<Response> {
        co_return TestHandler::text(ready ? 200 : 500, "");
    };
    Server late{context.get_executor(), options, handler, random, registry};
    REQUIRE(late.start());
    RawClient client{late.port()};
    REQUIRE(client.send("GET /ready HTTP/1.1\r\nHost: a\r\n\r\n"));
    for (int i = 0; i < 20; ++i)  // time enough to answer, as the other server's clients see
        REQUIRE(ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);

    ready = true;
    late.accept();

    CHECK(client.read_answer().status == 200);
    asio::co_spawn(context, late.stop(2s), asio::use_future).get();
}

TEST_CASE_METHOD(HttpTest, "a server that never accepted can be stopped", "[http]") {
    server.emplace(asio::any_io_executor{context.get_executor()}, options, handler, random, registry);
    REQUIRE(server->start());
    auto client = connect();

    stop(2s);

    CHECK(client.read_answer().status == 0);
}

TEST_CASE_METHOD(HttpTest, "IPv6 addresses are listened on, with brackets or without", "[http]") {
    options.address = "[::1]";
    REQUIRE(start());

    CHECK(RawClient{server->port(), "::1"}.ask("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n").status == 200);
}
