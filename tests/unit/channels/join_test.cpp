#include <catch2/catch.hpp>

#include "tests/unit/channels/fixture.hpp"

using namespace rialto;
using namespace rialto::channels;
using Offsets = std::vector<std::int64_t>;

namespace {

struct ShortHistoryTest : ChannelsTest {
    ShortHistoryTest() : ChannelsTest{{.history = {.entries = 5, .age = 24h}}} {}
};

}  // namespace

TEST_CASE_METHOD(ChannelsTest, "a subscription without a position begins now", "[channels]") {
    publish_all(3);

    const auto subscription = listen();
    publish_all(1);

    CHECK(subscription.joined().epoch == "e1");
    CHECK(subscription.joined().offset == 3);
    CHECK_FALSE(subscription.joined().recovered);
    CHECK(recorder->offsets() == Offsets{4});
}

TEST_CASE_METHOD(ChannelsTest, "what was missed comes before what is live, in order, none twice", "[channels]") {
    publish_all(3);
    auto subscription = std::move(join(Position{.epoch = "e1", .offset = 1}).value());
    publish_all(2);

    REQUIRE(go_live(subscription));
    publish_all(1);

    CHECK(subscription.joined().recovered);
    CHECK(subscription.joined().offset == 1);
    CHECK(recorder->offsets() == Offsets{2, 3, 4, 5, 6});
}

TEST_CASE_METHOD(ChannelsTest, "what is long ago comes from the store in pages", "[channels]") {
    publish_all(400);

    const auto subscription = listen(Position{.epoch = {}, .offset = 0});

    const auto offsets = recorder->offsets();
    REQUIRE(offsets.size() == 400);
    CHECK(std::ranges::is_sorted(offsets));
    CHECK(store.reads() == 3);
}

TEST_CASE_METHOD(ChannelsTest, "what was missed a moment ago costs the store no read", "[channels]") {
    publish_all(10);

    const auto subscription = listen(Position{.epoch = {}, .offset = 7});

    CHECK(recorder->offsets() == Offsets{8, 9, 10});
    CHECK(store.reads() == 0);
}

TEST_CASE_METHOD(ChannelsTest, "only what the filter matches is caught up on and pushed", "[channels]") {
    publish("a", R"({"topic":"cars"})");
    publish("b", R"({"topic":"ships"})");
    const auto subscription = listen(Position{.epoch = {}, .offset = 0}, parse(R"({"topic":["ships"]})"));

    publish("c", R"({"topic":"cars"})");
    publish("d", R"({"topic":"ships"})");

    CHECK(recorder->offsets() == Offsets{2, 4});
}

TEST_CASE_METHOD(ChannelsTest, "a payload that is not an object goes to who has no filter", "[channels]") {
    publish("a", "[1]");
    const auto filtered = listen(Position{.epoch = {}, .offset = 0}, parse(R"({"topic":[{"exists":false}]})"));
    REQUIRE(recorder->offsets().empty());
    const auto all = listen();

    publish("b", "42");

    CHECK(recorder->payloads() == std::vector<std::string>{"42"});
}

TEST_CASE_METHOD(ShortHistoryTest, "a position that the history does not reach back to is not recovered",
                 "[channels]") {
    publish_all(10);  // 6 to 10 are kept

    CHECK(join(Position{.epoch = {}, .offset = 5})->joined().recovered);
    CHECK(join(Position{.epoch = {}, .offset = 10})->joined().recovered);
    CHECK_FALSE(join(Position{.epoch = {}, .offset = 4})->joined().recovered);
    CHECK_FALSE(join(Position{.epoch = {}, .offset = 11})->joined().recovered);
    const auto lost = join(Position{.epoch = "other", .offset = 10});
    CHECK_FALSE(lost->joined().recovered);
    CHECK(lost->joined().offset == 10);
}

TEST_CASE_METHOD(ChannelsTest, "a history that is cut before it was read ends the catching up", "[channels]") {
    publish_all(100);
    auto subscription = std::move(join(Position{.epoch = {}, .offset = 1}).value());
    store.forget("posts");

    const auto status = go_live(subscription);

    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::Conflict);
}

TEST_CASE_METHOD(ChannelsTest, "nobody joins while the store is unavailable", "[channels]") {
    store.set_unavailable(true);

    const auto refused = join();

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Unavailable);
}

TEST_CASE_METHOD(ChannelsTest, "a subscription that has gone hears nothing more", "[channels]") {
    {
        const auto subscription = listen();
        publish_all(1);
        CHECK(registry.text().find("rialto_channel_subscribers 1") != std::string::npos);
    }

    publish_all(1);

    CHECK(recorder->offsets() == Offsets{1});
    CHECK(registry.text().find("rialto_channel_subscribers 0") != std::string::npos);
}

TEST_CASE_METHOD(ChannelsTest, "the figures count what is published, pushed and recovered", "[channels]") {
    const auto one = listen();
    const auto two = listen();
    publish_all(2);
    publish("id1");

    const auto three = join(Position{.epoch = {}, .offset = 1});
    const auto four = join(Position{.epoch = "other", .offset = 1});

    const auto text = registry.text();
    CHECK(text.find("rialto_channel_published_total 2") != std::string::npos);
    CHECK(text.find("rialto_channel_pushed_total 4") != std::string::npos);
    CHECK(text.find(R"(rialto_channel_recovered_total{result="recovered"} 1)") != std::string::npos);
    CHECK(text.find(R"(rialto_channel_recovered_total{result="lost"} 1)") != std::string::npos);
}
