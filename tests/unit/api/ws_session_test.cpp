#include <catch2/catch.hpp>

#include "tests/unit/api/ws_fixture.hpp"

using namespace rialto;
using namespace rialto::api;
using Frames = std::vector<std::string>;

namespace {

struct SmallQueueTest : WsTest {
    SmallQueueTest() : WsTest{{.queue = 4, .max_subscriptions = 2}} {}
};

struct OneChannelTest : WsTest {
    OneChannelTest() : WsTest{{}, {.max_channels = 1}} {}
};

}  // namespace

TEST_CASE_METHOD(WsTest, "a client is welcomed", "[ws]") {
    auto& client = connect();

    REQUIRE(client.socket.frames.size() == 1);
    const auto welcome = json::parse(client.socket.frames.front());
    CHECK(*welcome->find("type") == json::Value{"welcome"});
    CHECK(*welcome->find("protocol") == json::Value{1});
    CHECK(*welcome->find("maxSubscriptions") == json::Value{100});
    CHECK(welcome->find("client")->as_string()->size() == 16);
}

TEST_CASE_METHOD(WsTest, "a subscribed client gets what is published", "[ws]") {
    auto& client = connect();

    CHECK(ask(client, R"({"type":"subscribe","id":1,"channel":"posts"})") ==
          Frames{R"({"type":"subscribed","id":1,"subscription":"posts","channel":"posts","epoch":"e1","offset":0})"});
    publish("a", R"({"title":"Hi"})");

    CHECK(client.heard() ==
          Frames{R"({"type":"event","subscription":"posts","channel":"posts","offset":1,"event":{"title":"Hi"}})"});
}

TEST_CASE_METHOD(WsTest, "several subscriptions to one channel have names and filters of their own", "[ws]") {
    auto& client = connect();
    ask(client, R"({"type":"subscribe","channel":"posts","subscription":"cars","filter":{"topic":["cars"]}})");
    ask(client, R"({"type":"subscribe","channel":"posts","subscription":"ships","filter":{"topic":["ships"]}})");

    publish("a", R"({"topic":"ships"})");

    CHECK(client.heard() ==
          Frames{R"({"type":"event","subscription":"ships","channel":"posts","offset":1,"event":{"topic":"ships"}})"});
}

TEST_CASE_METHOD(WsTest, "what was missed follows the answer and precedes what is live", "[ws]") {
    publish_all(3);
    auto& client = connect();

    const auto heard = ask(client, R"({"type":"subscribe","channel":"posts","since":{"epoch":"e1","offset":1}})");
    publish_all(1);

    REQUIRE(types_of(heard) == Frames{"subscribed", "event", "event"});
    CHECK(heard[0].ends_with(R"("epoch":"e1","offset":1,"recovered":true})"));
    CHECK(heard[1].find(R"("offset":2)") != std::string::npos);
    CHECK(heard[2].find(R"("offset":3)") != std::string::npos);
    CHECK(client.heard().front().find(R"("offset":4)") != std::string::npos);
}

TEST_CASE_METHOD(WsTest, "a client whose position is lost hears so and goes on from now", "[ws]") {
    publish_all(3);
    auto& client = connect();

    const auto heard = ask(client, R"({"type":"subscribe","channel":"posts","since":{"epoch":"e0","offset":1}})");

    REQUIRE(heard.size() == 1);
    CHECK(heard[0].ends_with(R"("epoch":"e1","offset":3,"recovered":false})"));
}

TEST_CASE_METHOD(SmallQueueTest, "catching up goes at the client's pace, however small its queue", "[ws]") {
    publish_all(200);
    auto& client = connect();

    const auto heard = ask(client, R"({"type":"subscribe","channel":"posts","since":0})");

    CHECK(heard.size() == 201);
    CHECK_FALSE(client.socket.close_code);
}

TEST_CASE_METHOD(WsTest, "an unsubscribed client gets nothing more", "[ws]") {
    auto& client = connect();
    ask(client, R"({"type":"subscribe","channel":"posts"})");

    CHECK(ask(client, R"({"type":"unsubscribe","id":"x","channel":"posts"})") ==
          Frames{R"({"type":"unsubscribed","id":"x","subscription":"posts"})"});
    publish_all(1);

    CHECK(client.heard().empty());
    CHECK(text_of(ask(client, R"({"type":"unsubscribe","channel":"posts"})").at(0), "code") == "not-subscribed");
}

TEST_CASE_METHOD(WsTest, "a ping is answered", "[ws]") {
    auto& client = connect();

    CHECK(ask(client, R"({"type":"ping","id":"p"})") == Frames{R"({"type":"pong","id":"p"})"});
}

TEST_CASE_METHOD(SmallQueueTest, "what a client may not do is refused with a code, and it goes on", "[ws]") {
    auto& client = connect();
    const auto code = [&](std::string text) { return text_of(ask(client, std::move(text)).at(0), "code"); };
    ask(client, R"({"type":"subscribe","channel":"posts"})");

    CHECK(code("nonsense") == "bad-json");
    CHECK(code(R"({"type":"subscribe","channel":"posts"})") == "duplicate-subscription");
    CHECK(code(R"({"type":"subscribe","channel":"other","filter":{"a":"b"}})") == "bad-filter");
    ask(client, R"({"type":"subscribe","channel":"two"})");
    CHECK(code(R"({"type":"subscribe","channel":"three"})") == "too-many-subscriptions");
    CHECK(ask(client, R"({"type":"ping"})") == Frames{R"({"type":"pong"})"});
}

TEST_CASE_METHOD(WsTest, "a binary message is refused", "[ws]") {
    auto& client = connect();
    client.socket.say(R"({"type":"ping"})", false);
    settle();

    CHECK(text_of(client.heard().at(0), "code") == "bad-message");
}

TEST_CASE_METHOD(OneChannelTest, "too many channels and an unavailable store are refused with a code", "[ws]") {
    auto& client = connect();
    store.set_unavailable(true);
    CHECK(text_of(ask(client, R"({"type":"subscribe","channel":"one"})").at(0), "code") == "unavailable");
    store.set_unavailable(false);
    ask(client, R"({"type":"subscribe","channel":"one"})");

    CHECK(text_of(ask(client, R"({"type":"subscribe","channel":"two"})").at(0), "code") == "too-many-channels");
}

TEST_CASE_METHOD(SmallQueueTest, "a history that is cut while a client catches up ends its subscription", "[ws]") {
    publish_all(200);
    auto& client = connect();
    client.socket.set_stuck(true);
    ask(client, R"({"type":"ping"})");
    ask(client, R"({"type":"subscribe","id":1,"channel":"posts","since":0})");
    store.forget("posts");

    client.socket.set_stuck(false);
    settle();

    const auto heard = client.heard();
    CHECK(text_of(heard.back(), "code") == "history-cut");
    CHECK(text_of(heard.back(), "subscription") == "posts");
    publish_all(1);
    CHECK(client.heard().empty());
}

TEST_CASE_METHOD(WsTest, "a client whose messages are refused a hundred times in a row is closed", "[ws]") {
    auto& client = connect();
    for (int i = 0; i < 99; ++i)
        ask(client, "nonsense");
    ask(client, R"({"type":"ping"})");
    for (int i = 0; i < 99; ++i)
        ask(client, "nonsense");
    REQUIRE_FALSE(client.socket.close_code);

    const auto heard = ask(client, "nonsense");

    CHECK(types_of(heard) == Frames{"error"});
    CHECK(client.socket.close_code == 1008);
    CHECK(client.done);
}

TEST_CASE_METHOD(SmallQueueTest, "a client that is too slow is closed and delays nobody", "[ws]") {
    auto& slow = connect();
    auto& quick = connect();
    ask(slow, R"({"type":"subscribe","channel":"posts"})");
    ask(quick, R"({"type":"subscribe","channel":"posts"})");
    slow.socket.set_stuck(true);

    publish_all(10);
    CHECK(quick.heard().size() == 10);
    slow.socket.set_stuck(false);
    settle();

    CHECK(slow.socket.close_code == 4008);
    CHECK(slow.socket.close_reason == "slow consumer: reconnect with since");
    CHECK(slow.done);
    CHECK(slow.heard().size() <= 1);
    CHECK(api.clients() == 1);
}

TEST_CASE_METHOD(SmallQueueTest, "a client that does not take its answers is not read", "[ws]") {
    auto& client = connect();
    client.socket.set_stuck(true);
    for (int i = 0; i < 1000; ++i)
        client.socket.say(R"({"type":"ping"})");
    settle();

    client.socket.set_stuck(false);
    settle();

    CHECK(client.heard().size() == 1000);
    CHECK_FALSE(client.socket.close_code);
}

TEST_CASE_METHOD(WsTest, "a client that hangs up leaves its channels and its place", "[ws]") {
    auto& client = connect();
    ask(client, R"({"type":"subscribe","channel":"posts"})");
    CHECK(api.clients() == 1);

    client.socket.hang_up();
    settle();

    CHECK(client.done);
    CHECK(api.clients() == 0);
    CHECK(registry.text().find("rialto_channel_subscribers 0") != std::string::npos);
    publish_all(1);
    CHECK(client.heard().empty());
}

TEST_CASE_METHOD(WsTest, "a client that hangs up while it catches up leaves too", "[ws]") {
    publish_all(600);
    auto& client = connect();
    client.socket.set_stuck(true);
    ask(client, R"({"type":"ping"})");
    ask(client, R"({"type":"subscribe","channel":"posts","since":0})");
    REQUIRE_FALSE(client.done);

    client.socket.hang_up();
    settle();

    CHECK(client.done);
    CHECK(api.clients() == 0);
}

TEST_CASE_METHOD(WsTest, "the stop of the server ends a session", "[ws]") {
    auto& client = connect();
    ask(client, R"({"type":"subscribe","channel":"posts"})");

    client.cancel.emit(asio::cancellation_type::total);
    settle();

    CHECK(client.done);
    CHECK(api.clients() == 0);
}
