#include "fixture.hpp"

namespace rialto::storage {
namespace {

struct PostsTest : StoreTest {
    std::vector<std::string> listed(PostFilter filter) {
        const auto posts = run(store->posts().list(std::move(filter)));
        REQUIRE(posts);
        std::vector<std::string> ids;
        for (const Post& post : posts->items)
            ids.push_back(post.id);
        return ids;
    }

    Result<Inserted> insert_with_key(const std::string& id, const std::string& fingerprint, TimePoint at) {
        const Post post = sample_post(id);
        Change change = inserted(post);
        change.at = at;
        const Idempotency key{.key = "key", .fingerprint = fingerprint, .expires = at + 1h};
        return run(store->posts().insert(post, change, key, {}));
    }

    void insert_each(const std::string& ids) {
        for (const char id : ids)
            REQUIRE(run(insert(*store, std::string{id})));
    }

    void insert_at(const std::string& id, TimePoint at) {
        Change change = inserted(sample_post(id));
        change.at = at;
        REQUIRE(run(posts().insert(sample_post(id), change, std::nullopt, {})));
    }

    std::int64_t first_change() { return run(posts().changes(0, 1)).value().at(0).sequence; }

    PostStore& posts() { return store->posts(); }
};

}  // namespace

TEST_CASE_METHOD(PostsTest, "a post comes back as it was stored", "[storage]") {
    Post post = sample_post("a");
    post.title = std::string{"NUL\0inside", 10};
    post.body = "";
    post.entities = R"({"persons":["Joe"]})";
    REQUIRE(run(posts().insert(post, inserted(post), std::nullopt, {})));

    const auto found = run(posts().get("a"));

    REQUIRE(found);
    CHECK(found->title == post.title);
    CHECK(found->body.empty());
    CHECK(found->entities == post.entities);
    CHECK(found->created_at == kNow);
    CHECK(found->topic == "travel");
    CHECK(run(posts().get("b")).error().code == Errc::NotFound);
}

TEST_CASE_METHOD(PostsTest, "a post, its change and its event are stored together or not at all", "[storage]") {
    REQUIRE(run(insert(*store, "a", {event("e1")})));

    const auto again = run(insert(*store, "a", {event("e2")}));

    REQUIRE(!again);
    CHECK(again.error().code == Errc::AlreadyExists);
    CHECK(due().size() == 1);
    CHECK(*run(posts().last_sequence()) == 1);
}

TEST_CASE_METHOD(PostsTest, "an outbox that cannot be stored undoes its post and leaves no gap in the feed",
                 "[storage]") {
    OwedEvent twice = event("e1");
    twice.deliveries.push_back(twice.deliveries.front());
    CHECK(!run(insert(*store, "a", {twice})));
    CHECK(run(insert(*store, "b")));

    CHECK(run(posts().get("a")).error().code == Errc::NotFound);
    CHECK(*run(posts().last_sequence()) == 1);
}

TEST_CASE_METHOD(PostsTest, "a known idempotency key answers with the first post and writes nothing", "[storage]") {
    REQUIRE(insert_with_key("a", "f", kNow)->fresh);

    const auto again = insert_with_key("b", "f", kNow + 1min);

    REQUIRE(again);
    CHECK(!again->fresh);
    CHECK(again->post_id == "a");
    CHECK(*run(posts().last_sequence()) == 1);
}

TEST_CASE_METHOD(PostsTest, "an idempotency key with another fingerprint is a conflict until it expires", "[storage]") {
    REQUIRE(insert_with_key("a", "f", kNow));

    CHECK(insert_with_key("b", "other", kNow + 1min).error().code == Errc::Conflict);
    CHECK(insert_with_key("c", "other", kNow + 1h)->fresh);
    CHECK(number("SELECT count(*) FROM idempotency") == 1);
}

TEST_CASE_METHOD(PostsTest, "a page of large posts ends early and says that there are more", "[storage]") {
    for (const char* id : {"a", "b", "c", "d"}) {
        Post post = sample_post(id);
        post.body = std::string(std::size_t{600} << 10U, 'x');
        REQUIRE(run(posts().insert(post, inserted(post), std::nullopt, {})));
    }

    const auto page = run(posts().list({.topic = {}, .author = {}, .before = {}, .limit = 200})).value();
    const auto rest =
        run(posts().list({.topic = {}, .author = {}, .before = page.items.back().id, .limit = 2})).value();

    CHECK(page.items.size() == 2);
    CHECK(page.more);
    CHECK(rest.items.size() == 2);
    CHECK(!rest.more);
}

TEST_CASE_METHOD(PostsTest, "what lists posts by topic and author reads no others", "[storage]") {
    CHECK(plan("SELECT title FROM posts WHERE id < 'z' AND topic = 'a' AND author = 'b' ORDER BY id DESC LIMIT 9") ==
          "SEARCH posts USING INDEX posts_by_topic_and_author (topic=? AND author=? AND id<?)");
}

TEST_CASE_METHOD(PostsTest, "a post is replaced only at the version that was expected", "[storage]") {
    REQUIRE(run(insert(*store, "a")));
    Post post = sample_post("a");
    post.version = 2;
    post.title = "New";
    Change change = inserted(post);
    change.kind = ChangeKind::Modify;
    change.old_image = "{\"old\":1}";

    CHECK(run(posts().replace(post, 1, change, {event("e")})));
    CHECK(run(posts().replace(post, 1, change, {})).error().code == Errc::Conflict);
    CHECK(run(posts().replace(sample_post("b"), 1, change, {})).error().code == Errc::NotFound);

    CHECK(run(posts().get("a"))->title == "New");
    const auto changes = run(posts().changes(1, 10));
    REQUIRE(changes->size() == 1);
    CHECK(changes->front().sequence == 2);
    CHECK(changes->front().kind == ChangeKind::Modify);
    CHECK(changes->front().old_image == "{\"old\":1}");
}

TEST_CASE_METHOD(PostsTest, "a removed post is gone and its change stays", "[storage]") {
    REQUIRE(run(insert(*store, "a")));
    const Change change{.sequence = 0,
                        .kind = ChangeKind::Remove,
                        .post_id = "a",
                        .at = kNow,
                        .old_image = "{}",
                        .new_image = std::nullopt};

    CHECK(run(posts().remove("a", 2, change, {})).error().code == Errc::Conflict);
    CHECK(run(posts().remove("a", 1, change, {})));
    CHECK(run(posts().remove("a", 1, change, {})).error().code == Errc::NotFound);

    CHECK(!run(posts().get("a")));
    const auto changes = run(posts().changes(0, 10));
    REQUIRE(changes->size() == 2);
    CHECK(changes->back().kind == ChangeKind::Remove);
    CHECK(!changes->back().new_image);
}

TEST_CASE_METHOD(PostsTest, "posts are listed newest first by topic, author and cursor", "[storage]") {
    const std::vector<std::pair<std::string, std::string>> topic_and_author{
        {"travel", "Joe"}, {"food", "Joe"}, {"travel", "Ann"}, {"food", "Ann"}};
    for (std::size_t i = 0; i < topic_and_author.size(); ++i) {
        Post post = sample_post(std::string(1, static_cast<char>('a' + i)));
        std::tie(post.topic, post.author) = topic_and_author[i];
        REQUIRE(run(posts().insert(post, inserted(post), std::nullopt, {})));
    }
    using Ids = std::vector<std::string>;

    CHECK(listed({}) == Ids{"d", "c", "b", "a"});
    CHECK(listed({.topic = "food", .author = {}, .before = {}}) == Ids{"d", "b"});
    CHECK(listed({.topic = {}, .author = "Ann", .before = {}}) == Ids{"d", "c"});
    CHECK(listed({.topic = "travel", .author = "Ann", .before = {}}) == Ids{"c"});
    CHECK(listed({.topic = {}, .author = {}, .before = "c", .limit = 1}) == Ids{"b"});
    CHECK(listed({.topic = "food", .author = {}, .before = "d"}) == Ids{"b"});
}

TEST_CASE_METHOD(PostsTest, "the feed is cut by number and by size, but never to nothing", "[storage]") {
    for (const char* id : {"a", "b", "c"}) {
        const Post post = sample_post(id);
        Change change = inserted(post);
        change.new_image = std::string(3U << 20U, 'x');
        REQUIRE(run(posts().insert(post, change, std::nullopt, {})));
    }

    CHECK(run(posts().changes(0, 1))->size() == 1);
    CHECK(run(posts().changes(0, 10))->size() == 2);
    CHECK(run(posts().changes(2, 10))->size() == 1);
    CHECK(run(posts().changes(3, 10))->empty());
}

TEST_CASE_METHOD(PostsTest, "the oldest changes go, but none that was not relayed and never the newest", "[storage]") {
    insert_each("abcdef");
    const Retention two{.entries = 2, .age = 24h};

    CHECK(run(posts().trim_changes(two, kNow)).value() == 0);
    CHECK(first_change() == 1);

    REQUIRE(run(posts().set_relayed(3, {})));
    CHECK(run(posts().trim_changes(two, kNow)).value() == 3);
    CHECK(first_change() == 4);

    REQUIRE(run(posts().set_relayed(6, {})));
    CHECK(run(posts().trim_changes(two, kNow)).value() == 1);
    CHECK(run(posts().trim_changes(two, kNow)).value() == 0);
    CHECK(first_change() == 5);

    CHECK(run(posts().trim_changes(two, kNow + 24h)).value() == 0);
    CHECK(run(posts().trim_changes(two, kNow + 24h + 1ms)).value() == 1);
    CHECK(first_change() == 6);
    REQUIRE(run(insert(*store, "g")));
    CHECK(*run(posts().last_sequence()) == 7);
}

TEST_CASE_METHOD(PostsTest, "an old change behind a young one waits, so that the feed has no gap", "[storage]") {
    insert_at("a", kNow);
    insert_at("b", kNow - 2h);  // the clock was set back
    insert_at("c", kNow);
    REQUIRE(run(posts().set_relayed(3, {})));

    CHECK(run(posts().trim_changes({.entries = 10, .age = 1h}, kNow)).value() == 0);
    CHECK(run(posts().trim_changes({.entries = 10, .age = 1h}, kNow + 2h)).value() == 2);
}

TEST_CASE_METHOD(PostsTest, "large changes go few at a time, so that no other write waits long", "[storage]") {
    for (const char* id : {"a", "b", "c", "d"}) {
        Change change = inserted(sample_post(id));
        change.new_image = std::string(600'000, 'x');
        REQUIRE(run(posts().insert(sample_post(id), change, std::nullopt, {})));
    }
    REQUIRE(run(posts().set_relayed(4, {})));

    CHECK(run(posts().trim_changes({.entries = 1, .age = 1h}, kNow)).value() == 2);
    CHECK(run(posts().trim_changes({.entries = 1, .age = 1h}, kNow)).value() == 1);
    CHECK(run(posts().trim_changes({.entries = 1, .age = 1h}, kNow)).value() == 0);
}

TEST_CASE_METHOD(PostsTest, "a feed without changes has none to drop", "[storage]") {
    CHECK(run(posts().trim_changes({.entries = 1, .age = 1h}, kNow)).value() == 0);
}

TEST_CASE_METHOD(PostsTest, "the relayed mark is kept with the events of what it passed", "[storage]") {
    CHECK(*run(posts().relayed()) == 0);

    REQUIRE(run(posts().set_relayed(7, {event("e")})));

    reopen();
    CHECK(*run(posts().relayed()) == 7);
    CHECK(due().size() == 1);
}

}  // namespace rialto::storage
