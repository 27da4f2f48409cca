#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace rialto;
using namespace rialto::http;
using namespace rialto::http::test;
using namespace std::string_literals;

namespace {

struct Case {
    int status;
    std::string request;
};

// Each must be answered with its status, and the connection closed.
const std::vector<Case> kCases{
    {400, "GARBAGE\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nX-Space : 1\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nX-Fold: 1\r\n 2\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nX-Fold:\r\n\t2\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\n X-Fold: 1\r\nHost: a\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nX-Nul: a\0b\r\n\r\n"s},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nX-Control: a\x01z\r\n\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nX-Bare: a\rb\r\n\r\n"},
    {400, "GET / HTTP/1.1\nHost: a\n\n"},
    {400, "GET relative HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 4\r\n\r\nabcd"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"},
    {400, "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcXY0\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=\"\n\"\r\nabc\r\n0\r\n\r\n"},
    {501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"},
    {501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
    {501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
    {505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
    {505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
    {417, "POST / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nContent-Length: 0\r\n\r\n"},
};

}  // namespace

TEST_CASE_METHOD(StartedTest, "what is malformed or ambiguous is refused and the connection closed", "[http]") {
    for (const auto& [status, request] : kCases) {
        INFO(request);
        auto client = connect();

        const auto answer = client.ask(request);

        CHECK(answer.status == status);
        CHECK(answer.field("Connection") == "close");
        CHECK(answer.field("X-Request-Id").size() == 36);
        client.shut_down();
        CHECK(client.closed());
    }
}

TEST_CASE_METHOD(StartedTest, "a request that comes byte by byte is judged as one that comes at once", "[http]") {
    for (const auto& [status, request] : kCases) {
        INFO(request);
        auto client = connect();
        client.socket().set_option(tcp::no_delay{true});

        for (const char byte : request)
            if (!client.send({&byte, 1}))
                break;

        CHECK(client.read_answer().status == status);
    }
}

TEST_CASE_METHOD(HttpTest, "a head beyond the limit gets 431", "[http]") {
    options.max_header = 1024;
    REQUIRE(start());

    CHECK(ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n").status == 431);
    CHECK(ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x')).status == 431);
    CHECK(ask("GET /" + std::string(2000, 'x')).status == 431);
    CHECK(ask("GET /" + std::string(700, 'x') + " HTTP/1.1\r\nHost: a\r\nX: " + std::string(700, 'x') + "\r\n\r\n")
              .status == 431);
    CHECK(ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(900, 'x') + "\r\n\r\n").status == 200);
}

TEST_CASE_METHOD(HttpTest, "a body beyond the limit gets 413", "[http]") {
    options.max_body = 10;
    REQUIRE(start());
    const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    CHECK(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n").status == 413);
    CHECK(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789").status == 200);
    CHECK(ask(chunked + "8\r\n01234567\r\n3\r\n").status == 413);
    CHECK(ask(chunked + "8\r\n01234567\r\n2\r\n89\r\n0\r\n\r\n").status == 200);
}

TEST_CASE_METHOD(HttpTest, "10 MB beyond the limit are answered with 413, not with a reset", "[http]") {
    REQUIRE(start());
    auto client = connect();
    const std::size_t size = 10 << 20;

    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
    const bool sent = client.send(std::string(size, 'x'));

    CHECK(sent);
    CHECK(client.read_answer().status == 413);
    CHECK(client.closed());
}
