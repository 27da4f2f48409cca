#include <catch2/catch.hpp>

#include "api/ws/outbox.hpp"

using namespace rialto;
using namespace rialto::api::ws;

namespace {

std::shared_ptr<const channels::Pushed> entry(std::int64_t offset, std::string payload = "{}") {
    return std::make_shared<const channels::Pushed>(
        channels::Pushed{.channel = "posts", .offset = offset, .payload = std::move(payload)});
}

}  // namespace

TEST_CASE("an outbox gives everything that waits, in order", "[ws]") {
    Outbox outbox{4, 1000};
    outbox.say("hello");
    outbox.tell(std::make_shared<Source>(R"({"offset":)"), entry(7, R"({"a":1})"));

    const auto work = outbox.take();

    CHECK(work.texts == std::vector<std::string>{"hello", R"({"offset":7,"event":{"a":1}})"});
    CHECK(outbox.take().texts.empty());
}

TEST_CASE("an outbox that overflows drops everything and closes with 4008", "[ws]") {
    Outbox outbox{2, 1000};
    for (int i = 0; i < 3; ++i)
        outbox.say("hello");

    const auto work = outbox.take();

    CHECK(work.texts.empty());
    REQUIRE(work.close);
    CHECK(work.close->code == 4008);
    CHECK(outbox.overflowed());
}

TEST_CASE("an outbox counts bytes, but takes one message of any size", "[ws]") {
    Outbox outbox{10, 100};
    outbox.say(std::string(200, 'x'));
    CHECK_FALSE(outbox.overflowed());

    outbox.say("x");

    CHECK(outbox.overflowed());
}

TEST_CASE("a muted source is not heard, and what it said before is", "[ws]") {
    Outbox outbox{10, 1000};
    const auto source = std::make_shared<Source>("{");
    outbox.tell(source, entry(1));

    outbox.mute(*source);
    outbox.tell(source, entry(2));

    CHECK(outbox.take().texts.size() == 1);
}

TEST_CASE("an outbox that closes sends what waits and takes no more", "[ws]") {
    Outbox outbox{10, 1000};
    outbox.say("before");
    outbox.close(kClosePolicy, "enough");
    outbox.say("after");

    const auto work = outbox.take();

    CHECK(work.texts == std::vector<std::string>{"before"});
    CHECK(work.close->code == 1008);
    CHECK_FALSE(outbox.overflowed());
}
