#include "rialto/posts/change_feed.hpp"

#include "tests/support/posts_world.hpp"

namespace rialto::posts {
namespace {

struct ChangeFeedTest : testing::PostsWorld {
    std::vector<std::string> sequences() const {
        std::vector<std::string> seen;
        for (const auto& event : heard("changes"))
            seen.push_back(*event.find("detail")->find("sequenceNumber")->as_string());
        return seen;
    }

    void until_heard(std::size_t count) {
        until([&] { return heard("changes").size() >= count; });
        settle();
    }
};

using Texts = std::vector<std::string>;

TEST_CASE("a change is told as DynamoDB Streams tells it", "[feed]") {
    const storage::Change change{.sequence = 7,
                                 .kind = storage::ChangeKind::Modify,
                                 .post_id = "p",
                                 .at = {},
                                 .old_image = R"({"a":1})",
                                 .new_image = R"({"a":2})"};
    CHECK(to_json(change) ==
          R"({"eventName":"MODIFY","sequenceNumber":"7","keys":{"id":"p"},"newImage":{"a":2},"oldImage":{"a":1}})");
}

TEST_CASE_METHOD(ChangeFeedTest, "each change comes once and in order on the bus of changes", "[feed]") {
    start_feed();
    const auto post = create();
    REQUIRE(run(posts->set_entities(post.id, 1, "{}")));
    REQUIRE(run(posts->remove(post.id, {})));
    until_heard(3);

    CHECK(sequences() == Texts{"1", "2", "3"});
    CHECK(detail_types("changes") == Texts(3, "BlogPostChange"));
    CHECK(relayed() == 3);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(ChangeFeedTest, "changes made while no feed ran are put on the bus when one starts", "[feed]") {
    for (int i = 0; i < 150; ++i)
        REQUIRE(run(posts->create({"Joe", "T", "B", "travel"}, {})));
    start_feed();
    until_heard(150);

    CHECK(relayed() == 150);
    CHECK(sequences().size() == 150);
    CHECK(sequences().front() == "1");
}

TEST_CASE_METHOD(ChangeFeedTest, "a crash between the commit and the delivery loses and repeats no change", "[feed]") {
    create();
    const auto changes = run(store->posts().changes(0, 10)).value();
    // The feed has written how far it got, and died before it told the dispatcher.
    const auto event = bus->make_event(kChangeSource, kChange, to_json(changes.at(0)));
    REQUIRE(run(store->posts().set_relayed(1, bus->route(kChangeBus, event))));
    restart();
    create();
    start_feed();
    until_heard(2);

    CHECK(sequences() == Texts{"1", "2"});
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(ChangeFeedTest, "a crash before the commit puts the change on the bus after the start", "[feed]") {
    create();
    restart();
    start_feed();
    until_heard(1);
    restart();
    start_feed();
    settle();

    CHECK(sequences() == Texts{"1"});
}

TEST_CASE_METHOD(ChangeFeedTest, "changes without a rule are passed by", "[feed]") {
    apply({{"default", {}}});
    start_feed();
    create();
    until([&] { return relayed() == 1; });

    CHECK(owed() == 0);
}

struct WaitTest : ChangeFeedTest {
    using Changes = Result<std::vector<storage::Change>>;
    using Steady = std::chrono::steady_clock;

    WaitTest() { feed = std::make_unique<ChangeFeed>(loop.get_executor(), store->posts(), *bus, posts->news()); }

    std::shared_ptr<std::optional<Changes>> wait(std::int64_t since, Steady::time_point deadline) {
        auto answer = std::make_shared<std::optional<Changes>>();
        asio::co_spawn(loop, feed->wait(since, 10, deadline),
                       [answer](std::exception_ptr, std::optional<Changes> changes) { *answer = std::move(changes); });
        settle();
        return answer;
    }
};

TEST_CASE_METHOD(WaitTest, "who waits gets what is there at once", "[feed]") {
    create();
    const auto answer = wait(0, Steady::time_point::max());
    REQUIRE(*answer);
    CHECK((*answer)->value().size() == 1);
}

TEST_CASE_METHOD(WaitTest, "who waits is woken by the next change", "[feed]") {
    create();
    const auto one = wait(1, Steady::time_point::max());
    const auto two = wait(1, Steady::time_point::max());
    CHECK_FALSE(one->has_value());

    create();

    REQUIRE((one->has_value() && two->has_value()));
    CHECK((*one)->value().at(0).sequence == 2);
    CHECK((*two)->value().at(0).sequence == 2);
}

TEST_CASE_METHOD(WaitTest, "who waits for a change far ahead is not troubled by others", "[feed]") {
    const auto answer = wait(2, Steady::time_point::max());
    create();
    create();
    CHECK_FALSE(answer->has_value());
    create();
    REQUIRE(answer->has_value());
    CHECK((*answer)->value().at(0).sequence == 3);
}

TEST_CASE_METHOD(WaitTest, "who waits in vain gets nothing at the deadline", "[feed]") {
    const auto answer = wait(0, Steady::now() + 10ms);
    until([&] { return answer->has_value(); });
    CHECK((*answer)->value().empty());
}

}  // namespace
}  // namespace rialto::posts
