#include <catch2/catch.hpp>

#include "api/ws/message.hpp"

using namespace rialto;
using namespace rialto::api::ws;

namespace {

std::string code_of(std::string_view text) {
    const auto message = read_message(text);
    const auto* refusal = std::get_if<Refusal>(&message.content);
    return refusal ? std::string{refusal->code} : "accepted";
}

Subscribe subscribe_of(std::string_view text) { return std::get<Subscribe>(read_message(text).content); }

}  // namespace

TEST_CASE("a subscription is named after its channel unless the client names it", "[ws]") {
    CHECK(subscribe_of(R"({"type":"subscribe","channel":"posts"})").subscription == "posts");
    CHECK(subscribe_of(R"({"type":"subscribe","channel":"posts","subscription":"cars"})").subscription == "cars");
}

TEST_CASE("since is an offset, with its epoch or without", "[ws]") {
    const auto plain = subscribe_of(R"({"type":"subscribe","channel":"posts","since":7})");
    const auto full = subscribe_of(R"({"type":"subscribe","channel":"posts","since":{"epoch":"e","offset":7}})");

    CHECK(plain.since->offset == 7);
    CHECK_FALSE(plain.since->epoch);
    CHECK(full.since->offset == 7);
    CHECK(full.since->epoch == "e");
}

TEST_CASE("an unsubscribe names the subscription, by default the channel's", "[ws]") {
    const auto by_channel = read_message(R"({"type":"unsubscribe","channel":"posts"})");
    const auto by_name = read_message(R"({"type":"unsubscribe","channel":"posts","subscription":"cars"})");

    CHECK(std::get<Unsubscribe>(by_channel.content).subscription == "posts");
    CHECK(std::get<Unsubscribe>(by_name.content).subscription == "cars");
}

TEST_CASE("an id is kept as it was, also of a message that is refused", "[ws]") {
    CHECK(*read_message(R"({"type":"ping","id":7})").id == json::Value{7});
    CHECK(*read_message(R"({"type":"ping","id":"a"})").id == json::Value{"a"});
    CHECK(*read_message(R"({"type":"nonsense","id":"a"})").id == json::Value{"a"});
    CHECK_FALSE(read_message(R"({"type":"ping"})").id);
}

TEST_CASE("a message that is not right is refused with a code", "[ws]") {
    CHECK(code_of("") == "bad-json");
    CHECK(code_of("{") == "bad-json");
    CHECK(code_of(R"({"type":"ping","type":"ping"})") == "bad-json");
    CHECK(code_of(std::string(100'000, '[')) == "bad-json");
    CHECK(code_of("[]") == "bad-message");
    CHECK(code_of("{}") == "bad-message");
    CHECK(code_of(R"({"type":1})") == "bad-message");
    CHECK(code_of(R"({"type":"publish"})") == "unknown-type");
    CHECK(code_of(R"({"type":"ping","id":{}})") == "bad-message");
    CHECK(code_of(R"({"type":"ping","id":")" + std::string(129, 'x') + R"("})") == "bad-message");
    CHECK(code_of(R"({"type":"ping","extra":1})") == "bad-message");
    CHECK(code_of(R"({"type":"subscribe"})") == "bad-message");
    CHECK(code_of(R"({"type":"subscribe","channel":"a b"})") == "bad-message");
    CHECK(code_of(R"({"type":"subscribe","channel":"a","filters":{}})") == "bad-message");
    CHECK(code_of(R"({"type":"subscribe","channel":"a","subscription":""})") == "bad-message");
    CHECK(code_of(R"({"type":"subscribe","channel":"a","filter":{"a":1}})") == "bad-filter");
    CHECK(code_of(R"({"type":"subscribe","channel":"a","filter":"a"})") == "bad-filter");
    CHECK(code_of(R"({"type":"unsubscribe"})") == "bad-message");
    for (const auto* since : {"-1", "1.5", "\"1\"", "null", "{}", R"({"offset":-1})", R"({"offset":1,"epoch":2})",
                              R"({"offset":1,"x":2})", "99999999999999999999"})
        CHECK(code_of(R"({"type":"subscribe","channel":"a","since":)" + std::string{since} + "}") == "bad-message");
}

TEST_CASE("a filter is bounded in its length and in what its alternatives amount to", "[ws]") {
    const auto subscribing = [](const std::string& filter) {
        return R"({"type":"subscribe","channel":"a","filter":)" + filter + "}";
    };
    const auto texts = [](int count) {
        std::string list;
        for (int i = 0; i < count; ++i)
            list += (i == 0 ? "\"" : ",\"") + std::to_string(1000 + i) + "\"";
        return "[" + list + "]";
    };
    std::string ways;
    for (int i = 0; i < 80; ++i)
        ways += (i == 0 ? R"({"o)" : R"(,{"o)") + std::to_string(i) + R"(":[1]})";

    CHECK(code_of(subscribing(R"({"a":)" + texts(280) + "}")) == "accepted");
    CHECK(code_of(subscribing(R"({"a":)" + texts(300) + "}")) == "bad-filter");
    CHECK(code_of(subscribing(R"({"a":["x"],"$or":[)" + ways + "]}")) == "accepted");
    CHECK(code_of(subscribing(R"({"a":)" + texts(120) + R"(,"$or":[)" + ways + "]}")) == "bad-filter");
}
