#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace rialto;
using namespace rialto::http;
using namespace rialto::http::test;

namespace {

const std::string kHandshake =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

struct Frame {
    int opcode = 0;
    std::string payload;

    int close_code() const {
        return payload.size() < 2
                   ? 0
                   : static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
    }
};

constexpr int kText = 1;
constexpr int kBinary = 2;
constexpr int kClose = 8;
constexpr int kPing = 9;
constexpr int kPong = 10;

// A client's frame, masked with zeros, which leave the payload as it is.
std::string frame(int opcode, const std::string& payload) {
    std::string bytes{static_cast<char>(0x80 | opcode)};
    if (payload.size() < 126) {
        bytes += static_cast<char>(0x80 | payload.size());
    } else {
        bytes += static_cast<char>(0x80 | 126);
        bytes += static_cast<char>(payload.size() >> 8);
        bytes += static_cast<char>(payload.size() & 0xff);
    }
    return bytes + std::string(4, '\0') + payload;
}

Frame read_frame(RawClient& client) {
    const auto head = client.take(2);
    if (head.size() < 2)
        return {};
    std::size_t size = static_cast<unsigned char>(head[1]);
    if (size == 126) {
        const auto extended = client.take(2);
        size = static_cast<unsigned char>(extended[0]) * 256U + static_cast<unsigned char>(extended[1]);
    }
    return {head[0] & 0xf, client.take(size)};
}

struct Raise {
    Flag& flag;
    ~Raise() { flag.raise(); }
};

Task<> echo(WebSocket& socket, Errc& last, Flag& ended) {
    const Raise raise{ended};
    for (;;) {
        auto message = co_await socket.read();
        if (!message) {
            last = message.error().code;
            co_return;
        }
        if (message->data == "close")
            co_return co_await socket.close(4001, "as you wish");
        std::vector<std::string> answers;
        answers.push_back(message->text ? "text" : "binary");
        answers.push_back(std::move(message->data));
        if (const Status sent = co_await socket.write_all(std::move(answers)); !sent)
            co_return;
    }
}

Task<> wait_deaf(WebSocket&, Flag& begun, Flag& ended) {
    const Raise raise{ended};
    begun.raise();
    co_await wait_for_ever();
}

Task<> read_one(WebSocket& socket, Flag& begun, Flag& ended) {
    const Raise raise{ended};
    (void)co_await socket.read();
    begun.raise();
    co_await wait_for_ever();
}

Task<> write_much(WebSocket& socket, Errc& last, Flag& ended) {
    const Raise raise{ended};
    for (;;) {
        const Status sent = co_await socket.write(std::string(1 << 20, 'x'));
        if (sent)
            continue;
        last = sent.error().code;
        co_return;
    }
}

Task<> close_while_reading(WebSocket& socket, Errc& last, Flag& ended) {
    const Raise raise{ended};
    auto executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor, socket.close(4002, "enough"), [](const std::exception_ptr&) {});
    auto message = co_await socket.read();
    last = message ? Errc::Internal : message.error().code;
}

class WebSocketTest : public HttpTest {
public:
    WebSocketTest() {
        route("/ws", [this](WebSocket& socket) { return echo(socket, last, ended); });
        route("/deaf", [this](WebSocket& socket) { return wait_deaf(socket, begun, ended); });
        route("/busy", [this](WebSocket& socket) { return read_one(socket, begun, ended); });
        route("/much", [this](WebSocket& socket) { return write_much(socket, last, ended); });
        route("/close", [this](WebSocket& socket) { return close_while_reading(socket, last, ended); });
    }

    void route(const std::string& path, std::function<Task<>(WebSocket&)> upgrade) {
        handler.routes[path] = [upgrade](const Request&) -> Task<Response> {
            Response response;
            response.headers.add("Sec-WebSocket-Protocol", "news");
            response.upgrade = upgrade;
            co_return response;
        };
    }

    RawClient open(const std::string& path = "/ws") {
        auto client = connect();
        client.send("GET " + path + kHandshake.substr(7) + "\r\n");
        client.read_answer();
        return client;
    }

    Errc last = Errc::Internal;
    Flag begun;
    Flag ended;
};

}  // namespace

TEST_CASE_METHOD(WebSocketTest, "a WebSocket is accepted with the fields of the answer", "[http]") {
    REQUIRE(start());

    const auto answer = ask(kHandshake + "X-Request-Id: abc\r\n\r\n");

    CHECK(answer.status == 101);
    CHECK(answer.field("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(answer.field("Sec-WebSocket-Protocol") == "news");
    CHECK(answer.field("X-Request-Id") == "abc");
    CHECK(answer.field("Server") == "rialto");
}

TEST_CASE_METHOD(WebSocketTest, "messages arrive and are answered, also those sent with the handshake", "[http]") {
    REQUIRE(start());
    auto client = connect();

    client.send(kHandshake + "\r\n" + frame(kText, "hello"));
    client.read_answer();

    CHECK(read_frame(client).payload == "text");
    CHECK(read_frame(client).payload == "hello");
    client.send(frame(kPing, "p") + frame(kBinary, std::string(300, 'b')));
    CHECK(read_frame(client).payload == "p");
    CHECK(read_frame(client).payload == "binary");
    CHECK(read_frame(client).payload == std::string(300, 'b'));
}

TEST_CASE_METHOD(WebSocketTest, "what is no upgrade, or a wrong one, is refused", "[http]") {
    REQUIRE(start());
    auto client = connect();

    const auto plain = client.ask("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto old = client.ask(
        "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    const auto keyless = client.ask(
        "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: short\r\n\r\n");

    CHECK(plain.status == 426);
    CHECK(plain.field("Upgrade") == "websocket");
    CHECK(plain.field("Connection") == "Upgrade");
    CHECK(old.status == 426);
    CHECK(old.field("Sec-WebSocket-Version") == "13");
    CHECK(keyless.status == 400);
}

TEST_CASE_METHOD(WebSocketTest, "a message beyond the limit closes with 1009", "[http]") {
    options.websocket.max_message = 100;
    REQUIRE(start());
    auto client = open();

    client.send(frame(kText, std::string(101, 'x')));
    const auto last_frame = read_frame(client);
    client.close();
    ended.wait();

    CHECK(last_frame.opcode == kClose);
    CHECK(last_frame.close_code() == 1009);
    CHECK(last == Errc::LimitExceeded);
}

TEST_CASE_METHOD(WebSocketTest, "invalid UTF-8 closes with 1007", "[http]") {
    REQUIRE(start());
    auto client = open();

    client.send(frame(kText, "\xff\xfe"));
    const auto last_frame = read_frame(client);
    client.close();
    ended.wait();

    CHECK(last_frame.close_code() == 1007);
    CHECK(last == Errc::Corrupt);
}

TEST_CASE_METHOD(WebSocketTest, "a frame without mask closes with 1002", "[http]") {
    REQUIRE(start());
    auto client = open();

    client.send("\x81\x01x");
    const auto last_frame = read_frame(client);
    client.close();
    ended.wait();

    CHECK(last_frame.close_code() == 1002);
    CHECK(last == Errc::Corrupt);
}

TEST_CASE_METHOD(WebSocketTest, "the handler closes with its own code and reason", "[http]") {
    REQUIRE(start());
    auto client = open();

    client.send(frame(kText, "close"));
    const auto last_frame = read_frame(client);
    client.send(frame(kClose, last_frame.payload));

    CHECK(last_frame.close_code() == 4001);
    CHECK(last_frame.payload.substr(2) == "as you wish");
    CHECK(client.closed());
}

TEST_CASE_METHOD(WebSocketTest, "closing ends a read that is under way", "[http]") {
    REQUIRE(start());
    auto client = open("/close");

    const auto last_frame = read_frame(client);
    client.send(frame(kClose, last_frame.payload));
    ended.wait();

    CHECK(last_frame.close_code() == 4002);
    CHECK(last == Errc::Cancelled);
}

TEST_CASE_METHOD(WebSocketTest, "the peer's close is answered", "[http]") {
    REQUIRE(start());
    auto client = open();

    client.send(frame(kClose, std::string{"\x03\xe8", 2}));
    const auto last_frame = read_frame(client);
    ended.wait();

    CHECK(last_frame.close_code() == 1000);
    CHECK(client.closed());
    CHECK(last == Errc::Cancelled);
}

TEST_CASE_METHOD(WebSocketTest, "a silent peer is pinged and then closed", "[http]") {
    options.websocket.idle_timeout = 100ms;
    REQUIRE(start());
    auto client = open();

    const auto ping = read_frame(client);
    ended.wait();

    CHECK(ping.opcode == kPing);
    CHECK(last == Errc::Cancelled);
}

TEST_CASE_METHOD(WebSocketTest, "pings are answered while the handler is busy with a message", "[http]") {
    REQUIRE(start());
    auto client = open("/busy");
    client.send(frame(kText, "work"));
    begun.wait();

    client.send(frame(kPing, "there?"));
    const auto answer = read_frame(client);

    CHECK(answer.opcode == kPong);
    CHECK(answer.payload == "there?");
}

TEST_CASE_METHOD(WebSocketTest, "a peer that takes nothing is cut off", "[http]") {
    options.write_timeout = 100ms;
    REQUIRE(start());
    auto client = open("/much");

    ended.wait();

    CHECK(last == Errc::TimedOut);
}

TEST_CASE_METHOD(WebSocketTest, "stopping closes with 1001 and cancels the handler", "[http]") {
    REQUIRE(start());
    auto client = open("/deaf");
    begun.wait();

    auto stopped = begin_stop(60s);
    const auto last_frame = read_frame(client);
    client.send(frame(kClose, last_frame.payload));
    stopped.get();
    server.reset();

    CHECK(last_frame.close_code() == 1001);
    CHECK(ended.raised());
}

TEST_CASE_METHOD(WebSocketTest, "stopping does not wait for ever for a peer that does not answer the close", "[http]") {
    options.websocket.close_timeout = 50ms;
    REQUIRE(start());
    auto reading = open();
    auto deaf = open("/deaf");
    begun.wait();

    stop(60s);

    CHECK(ended.raised());
}

TEST_CASE_METHOD(WebSocketTest, "messages are compressed if both sides offer it", "[http]") {
    options.websocket.deflate = true;
    REQUIRE(start());
    auto client = connect();

    const auto answer =
        client.ask(kHandshake + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n");
    client.send(frame(kText, std::string(500, 'x')));
    read_frame(client);
    const auto compressed = read_frame(client);

    CHECK(answer.field("Sec-WebSocket-Extensions").starts_with("permessage-deflate"));
    CHECK(compressed.payload.size() < 50);
}
