#include "rialto/posts/posts.hpp"

#include "tests/support/posts_world.hpp"

namespace rialto::posts {
namespace {

Posts::Edit with(Draft draft) {
    return [draft](const storage::Post&) { return std::expected<Draft, std::vector<Problem>>{draft}; };
}

struct PostsTest : testing::PostsWorld {
    std::vector<storage::Change> changes() { return run(store->posts().changes(0, 100)).value(); }
    std::expected<storage::Post, Refusal> edit(const std::string& id, Draft draft,
                                               std::optional<std::int64_t> if_version = {}) {
        auto edited = run(posts->update(id, if_version, with(std::move(draft))));
        settle();
        return edited;
    }
    storage::Post read(const std::string& id) { return run(posts->get(id)).value(); }

    const Draft same{"Joe", "Holidays", "Joe was in Spain.", "travel"};
};

TEST_CASE_METHOD(PostsTest, "a new post is stored with its change and its event", "[posts]") {
    const auto post = create();

    CHECK(post.version == 1);
    CHECK(post.text_version == 1);
    CHECK(read(post.id).title == "Holidays");
    CHECK(detail_types("all") == std::vector<std::string>{"BlogPostCreated"});
    const auto event = heard("all").at(0);
    CHECK(*event.find("source")->as_string() == "rialto.posts");
    CHECK(json::write(*event.find("detail")) == to_json(post));
    REQUIRE(changes().size() == 1);
    CHECK(changes()[0].kind == storage::ChangeKind::Insert);
    CHECK_FALSE(changes()[0].old_image);
    CHECK(*changes()[0].new_image == to_json(post));
}

TEST_CASE_METHOD(PostsTest, "a request that is repeated with its key makes one post and one event", "[posts]") {
    const IdempotencyKey key{"key", "fingerprint"};
    const auto first = run(posts->create(same, key));
    const auto again = run(posts->create(same, key));
    settle();

    REQUIRE((first && again));
    CHECK(first->fresh);
    CHECK_FALSE(again->fresh);
    CHECK(again->post.id == first->post.id);
    CHECK(detail_types("all").size() == 1);
    CHECK(changes().size() == 1);
}

TEST_CASE_METHOD(PostsTest, "a key is refused with another request and forgotten after its time", "[posts]") {
    REQUIRE(run(posts->create(same, IdempotencyKey{"key", "one"})));
    const auto other = run(posts->create(same, IdempotencyKey{"key", "two"}));
    REQUIRE_FALSE(other);
    CHECK(other.error().code == Errc::Conflict);

    pass(24h);
    const auto later = run(posts->create(same, IdempotencyKey{"key", "two"}));
    REQUIRE(later);
    CHECK(later->fresh);
}

TEST_CASE_METHOD(PostsTest, "the post that a key made may be gone", "[posts]") {
    const auto made = run(posts->create(same, IdempotencyKey{"key", "one"}));
    REQUIRE(run(posts->remove(made->post.id, {})));
    const auto again = run(posts->create(same, IdempotencyKey{"key", "one"}));
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::NotFound);
}

TEST_CASE_METHOD(PostsTest, "an edit counts up and tells of itself", "[posts]") {
    const auto post = create();
    pass(1s);

    const auto edited = edit(post.id, {"Joe", "Work", "Joe is back.", "travel"});

    REQUIRE(edited);
    CHECK(edited->version == 2);
    CHECK(edited->text_version == 2);
    CHECK(edited->created_at == post.created_at);
    CHECK(edited->updated_at == clock.now());
    CHECK(detail_types("all") == std::vector<std::string>{"BlogPostCreated", "BlogPostUpdated"});
    REQUIRE(changes().size() == 2);
    CHECK(changes()[1].kind == storage::ChangeKind::Modify);
    CHECK(*changes()[1].old_image == to_json(post));
    CHECK(*changes()[1].new_image == to_json(*edited));
}

TEST_CASE_METHOD(PostsTest, "an edit that changes nothing writes nothing", "[posts]") {
    const auto post = create();
    const auto edited = edit(post.id, same);
    REQUIRE(edited);
    CHECK(edited->version == 1);
    CHECK(changes().size() == 1);
    CHECK(detail_types("all").size() == 1);
}

TEST_CASE_METHOD(PostsTest, "a new text takes the entities of the old with it, a new topic does not", "[posts]") {
    const auto post = create();
    REQUIRE(run(posts->set_entities(post.id, 1, R"({"persons":["Joe"]})")).value());

    const auto moved = edit(post.id, {"Joe", "Holidays", "Joe was in Spain.", "food"});
    REQUIRE(moved);
    CHECK(moved->entities);
    CHECK(moved->text_version == 1);

    const auto rewritten = edit(post.id, {"Joe", "Holidays", "Ann was in Spain.", "food"});
    REQUIRE(rewritten);
    CHECK_FALSE(rewritten->entities);
    CHECK(rewritten->text_version == rewritten->version);
}

TEST_CASE_METHOD(PostsTest, "an edit of another version than asked for is refused", "[posts]") {
    const auto post = create();
    REQUIRE(edit(post.id, {"Joe", "Work", "Back.", "travel"}, 1));

    const auto late = edit(post.id, {"Ann", "Work", "Back.", "travel"}, 1);

    REQUIRE_FALSE(late);
    CHECK(late.error().error.code == Errc::Conflict);
    CHECK(late.error().problems.empty());
    CHECK(read(post.id).author == "Joe");
}

TEST_CASE_METHOD(PostsTest, "an edit that is no valid draft names its problems", "[posts]") {
    const auto post = create();
    const auto refused =
        run(posts->update(post.id, {}, [](const storage::Post&) { return read_draft(json::Object{}); }));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().error.code == Errc::InvalidArgument);
    CHECK(refused.error().problems.size() == 4);
}

TEST_CASE_METHOD(PostsTest, "what is not there can be neither edited nor removed", "[posts]") {
    CHECK(edit("none", same).error().error.code == Errc::NotFound);
    CHECK(run(posts->remove("none", {})).error().code == Errc::NotFound);
    CHECK(run(posts->set_entities("none", 1, "{}")).value() == false);
}

TEST_CASE_METHOD(PostsTest, "who is not first tries again, a limited number of times", "[posts]") {
    const auto post = create();

    store->flaky_posts.conflicts = 9;
    CHECK(edit(post.id, {"Ann", "Work", "Back.", "travel"}));
    store->flaky_posts.conflicts = 10;
    CHECK(edit(post.id, {"Bob", "Work", "Back.", "travel"}).error().error.code == Errc::Conflict);
    store->flaky_posts.conflicts = 10;
    CHECK(run(posts->set_entities(post.id, 2, "{}")).error().code == Errc::Conflict);
    store->flaky_posts.conflicts = 10;
    CHECK(run(posts->remove(post.id, {})).error().code == Errc::Conflict);
    store->flaky_posts.conflicts = 9;
    CHECK(run(posts->remove(post.id, {})));
    settle();

    CHECK(detail_types("all").size() == 3);
}

TEST_CASE_METHOD(PostsTest, "a removed post is gone and tells of itself", "[posts]") {
    const auto post = create();
    CHECK(run(posts->remove(post.id, 7)).error().code == Errc::Conflict);
    REQUIRE(run(posts->remove(post.id, 1)));
    settle();

    CHECK(run(posts->get(post.id)).error().code == Errc::NotFound);
    CHECK(detail_types("all") == std::vector<std::string>{"BlogPostCreated", "BlogPostDeleted"});
    CHECK(changes().back().kind == storage::ChangeKind::Remove);
    CHECK(changes().back().old_image == to_json(post));
    CHECK_FALSE(changes().back().new_image);
}

TEST_CASE_METHOD(PostsTest, "entities are a change but no event", "[posts]") {
    const auto post = create();

    CHECK(run(posts->set_entities(post.id, 1, R"({"persons":["Joe"]})")).value());
    settle();

    CHECK(read(post.id).entities == R"({"persons":["Joe"]})");
    CHECK(read(post.id).version == 2);
    CHECK(read(post.id).text_version == 1);
    CHECK(detail_types("all").size() == 1);
    CHECK(changes().size() == 2);
}

TEST_CASE_METHOD(PostsTest, "entities of an older text, and the same once more, are not written", "[posts]") {
    const auto post = create();
    REQUIRE(edit(post.id, {"Joe", "Work", "Back.", "travel"}));
    CHECK_FALSE(run(posts->set_entities(post.id, 1, "{}")).value());
    CHECK(run(posts->set_entities(post.id, 2, "{}")).value());
    CHECK_FALSE(run(posts->set_entities(post.id, 2, "{}")).value());
    CHECK(changes().size() == 3);
}

TEST_CASE_METHOD(PostsTest, "a clock that steps back does not make a post older", "[posts]") {
    const auto post = create();
    clock.advance(-1h);
    const auto edited = edit(post.id, {"Joe", "Work", "Back.", "travel"});
    REQUIRE(edited);
    CHECK(edited->updated_at == post.updated_at);
}

}  // namespace
}  // namespace rialto::posts
