#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace rialto;
using namespace rialto::http;
using namespace rialto::http::test;

namespace {

Task<> write_two(BodyWriter& writer) {
    (void)co_await writer.write("one");
    (void)co_await writer.write("two");
}

Task<Response> two(const Request&) {
    Response response;
    response.stream = write_two;
    co_return response;
}

struct Raise {
    Flag& flag;
    ~Raise() { flag.raise(); }
};

Task<> write_and_wait(BodyWriter& writer, Flag& ended) {
    const Raise raise{ended};
    (void)co_await writer.write("news");
    co_await wait_for_ever();
}

class StreamTest : public StartedTest {
public:
    StreamTest() {
        handler.routes["/two"] = two;
        handler.routes["/wait"] = [this](const Request&) -> Task<Response> {
            Response response;
            response.stream = [this](BodyWriter& writer) { return write_and_wait(writer, ended); };
            co_return response;
        };
    }

    Flag ended;
};

}  // namespace

TEST_CASE_METHOD(StreamTest, "a stream is sent in chunks and the connection goes on", "[http]") {
    auto client = connect();

    const auto answer = client.ask("GET /two HTTP/1.1\r\nHost: a\r\n\r\n");

    CHECK(answer.field("Transfer-Encoding") == "chunked");
    CHECK(answer.body == "onetwo");
    CHECK(client.ask("GET /next HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /next []");
}

TEST_CASE_METHOD(StreamTest, "a stream for HTTP/1.0 ends with the connection", "[http]") {
    auto client = connect();

    client.send("GET /two HTTP/1.0\r\n\r\n");
    const auto answer = client.read_answer();

    CHECK(answer.field("Connection") == "close");
    CHECK(answer.field("Transfer-Encoding").empty());
    CHECK(client.read_rest() == "onetwo");
}

TEST_CASE_METHOD(StreamTest, "HEAD of a stream has no body", "[http]") {
    auto client = connect();

    client.send("HEAD /two HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto answer = client.read_answer(false);

    CHECK(answer.field("Transfer-Encoding") == "chunked");
    CHECK(client.ask("GET /next HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /next []");
}

TEST_CASE_METHOD(StreamTest, "what is pipelined behind a stream is answered after it", "[http]") {
    auto client = connect();

    client.send("GET /two HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");

    CHECK(client.read_answer().body == "onetwo");
    CHECK(client.read_answer().body == "GET /next []");
}

TEST_CASE_METHOD(StreamTest, "a stream is cancelled when its client leaves", "[http]") {
    auto client = connect();
    client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    client.take_until("news\r\n");

    client.close();

    ended.wait();
    CHECK(ended.raised());
}

TEST_CASE_METHOD(StreamTest, "a stream ends when its client sends more ahead than is kept", "[http]") {
    const std::string ahead(std::size_t{80} << 10U, 'x');
    auto client = connect();

    client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n" + ahead);

    ended.wait();
    CHECK(ended.raised());
}

TEST_CASE_METHOD(StreamTest, "a stream is cancelled when the server stops", "[http]") {
    auto client = connect();
    client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    client.take_until("news\r\n");

    stop(60s);

    CHECK(ended.raised());
    CHECK(client.closed());
}
