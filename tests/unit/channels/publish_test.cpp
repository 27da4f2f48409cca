#include <catch2/catch.hpp>

#include "tests/unit/channels/fixture.hpp"

using namespace rialto;
using namespace rialto::channels;
using Offsets = std::vector<std::int64_t>;

namespace {

struct TightTest : ChannelsTest {
    TightTest() : ChannelsTest{{.history = {.entries = 1000, .age = 24h}, .max_channels = 2, .pending = 2}} {}
};

}  // namespace

TEST_CASE_METHOD(TightTest, "clients that use up all channels keep nobody out of one that rules publish to",
                 "[channels]") {
    channels.reserve({"posts"});
    const auto first = join_channel("a");
    const auto second = join_channel("b");

    CHECK(join_channel("c").error().code == Errc::LimitExceeded);
    CHECK(join_channel("posts"));
}

TEST_CASE_METHOD(ChannelsTest, "what is published is pushed to who listens, in order", "[channels]") {
    const auto subscription = listen();

    const auto first = publish("a", R"({"n":1})");
    const auto second = publish("b", R"({"n":2})");

    CHECK(first == 1);
    CHECK(second == 2);
    CHECK(recorder->offsets() == Offsets{1, 2});
    CHECK(recorder->payloads() == std::vector<std::string>{R"({"n":1})", R"({"n":2})"});
}

TEST_CASE_METHOD(ChannelsTest, "an event id that is in the history keeps its offset and is not pushed again",
                 "[channels]") {
    const auto subscription = listen();
    publish_all(3);

    const auto again = publish("id2");

    CHECK(again == 2);
    CHECK(recorder->offsets() == Offsets{1, 2, 3});
}

TEST_CASE_METHOD(ChannelsTest, "what gathers while the store is busy is appended as one batch", "[channels]") {
    const auto subscription = listen();
    store.hold();
    std::vector<std::shared_ptr<std::optional<Result<std::int64_t>>>> answers;
    for (const auto* id : {"a", "b", "c", "d"})
        answers.push_back(start(channels.publish("posts", id, "{}")));

    store.release();
    settle();

    CHECK(store.appends() == 2);
    for (std::size_t i = 0; i < answers.size(); ++i)
        CHECK(answers[i]->value().value() == static_cast<std::int64_t>(i + 1));
    CHECK(recorder->offsets() == Offsets{1, 2, 3, 4});
}

TEST_CASE_METHOD(ChannelsTest, "what is published together is pushed in its order, but for what is refused",
                 "[channels]") {
    const auto subscription = listen();

    const auto answers =
        start(channels.publish("posts", {{"a", R"({"n":1})"}, {"b", "{"}, {"c", R"({"n":3})"}, {"a", R"({"n":1})"}}))
            ->value();

    REQUIRE(answers.size() == 4);
    CHECK(answers[0].value() == 1);
    CHECK(answers[1].error().message.starts_with("the payload is not JSON"));
    CHECK(answers[2].value() == 2);
    CHECK(answers[3].value() == 1);
    CHECK(recorder->payloads() == std::vector<std::string>{R"({"n":1})", R"({"n":3})"});
    CHECK(store.appends() == 1);
}

TEST_CASE_METHOD(ChannelsTest, "nothing is pushed before it is durable", "[channels]") {
    const auto subscription = listen();
    store.hold();

    const auto answer = start(channels.publish("posts", "a", "{}"));

    CHECK_FALSE(answer->has_value());
    CHECK(recorder->offsets().empty());
    store.release();
    settle();
    CHECK(recorder->offsets() == Offsets{1});
}

TEST_CASE_METHOD(ChannelsTest, "a publisher hears that the store is unavailable, and nothing is pushed", "[channels]") {
    const auto subscription = listen();
    store.fail_next(FakeStore::Failure::Lost);

    const auto failed = try_publish("a");

    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Errc::Unavailable);
    CHECK(recorder->offsets().empty());
    CHECK(publish("a") == 1);
    CHECK(recorder->offsets() == Offsets{1});
}

TEST_CASE_METHOD(ChannelsTest, "an entry whose commit was in doubt is pushed once, when it is published again",
                 "[channels]") {
    const auto subscription = listen();
    publish_all(1);
    store.fail_next(FakeStore::Failure::InDoubt);
    REQUIRE_FALSE(try_publish("a"));

    CHECK(publish("a") == 2);
    CHECK(publish("a") == 2);

    CHECK(recorder->offsets() == Offsets{1, 2});
}

TEST_CASE_METHOD(ChannelsTest, "an entry whose commit was in doubt is pushed before the next one", "[channels]") {
    const auto subscription = listen();
    store.fail_next(FakeStore::Failure::InDoubt);
    REQUIRE_FALSE(try_publish("a", R"({"n":1})"));

    CHECK(publish("b", R"({"n":2})") == 2);
    CHECK(publish("a") == 1);

    CHECK(recorder->payloads() == std::vector<std::string>{R"({"n":1})", R"({"n":2})"});
}

TEST_CASE_METHOD(ChannelsTest, "a bad name and a payload that is not JSON are refused", "[channels]") {
    for (const auto* name : {"", "a b", "ä", "a/b"}) {
        const auto refused = start(channels.publish(name, "a", "{}"))->value();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::InvalidArgument);
    }
    const auto refused = try_publish("a", "{");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::InvalidArgument);
    CHECK(is_channel_name(std::string(64, 'x')));
    CHECK_FALSE(is_channel_name(std::string(65, 'x')));
    CHECK(store.appends() == 0);
}

TEST_CASE_METHOD(TightTest, "too many entries that wait for the store are refused", "[channels]") {
    store.hold();
    const auto under_way = start(channels.publish("posts", "a", "{}"));
    const auto second = start(channels.publish("posts", "b", "{}"));
    const auto third = start(channels.publish("posts", "c", "{}"));

    const auto refused = try_publish("d");

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::Unavailable);
    store.release();
    settle();
    CHECK(third->value().value() == 3);
}

TEST_CASE_METHOD(TightTest, "of what is published together only as much as may wait is taken", "[channels]") {
    store.hold();
    const auto under_way = start(channels.publish("posts", "a", "{}"));

    const auto together = start(channels.publish("posts", {{"b", "{}"}, {"c", "{}"}, {"d", "{}"}}));

    CHECK_FALSE(together->has_value());  // it is answered as a whole
    store.release();
    settle();
    const auto& answers = together->value();
    CHECK(answers[0].value() == 2);
    CHECK(answers[1].value() == 3);
    CHECK(answers[2].error().code == Errc::Unavailable);
}

TEST_CASE_METHOD(TightTest, "too many channels refuse who joins but not who publishes", "[channels]") {
    const auto one = join_channel("one");
    const auto two = join_channel("two");

    const auto refused = join_channel("three");

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::LimitExceeded);
    CHECK(publish("a") == 1);
}

TEST_CASE_METHOD(TightTest, "a channel that nobody uses makes room for another", "[channels]") {
    const auto one = join_channel("one");
    {
        const auto two = join_channel("two");
    }
    settle();

    CHECK(join_channel("three"));
}

TEST_CASE_METHOD(ChannelsTest, "stopping brings the batch under way to its end and refuses the rest", "[channels]") {
    store.hold();
    const auto under_way = start(channels.publish("posts", "a", "{}"));
    const auto waiting = start(channels.publish("posts", "b", "{}"));
    const auto together = start(channels.publish("posts", {{"d", "{}"}, {"e", "{}"}}));

    stop();
    store.release();
    settle();

    CHECK(under_way->value().value() == 1);
    REQUIRE(waiting->has_value());
    REQUIRE_FALSE(waiting->value());
    CHECK(waiting->value().error().code == Errc::Unavailable);
    for (const auto& refused : together->value())
        CHECK(refused.error().code == Errc::Unavailable);
    CHECK_FALSE(try_publish("c"));
    CHECK_FALSE(join());
}
