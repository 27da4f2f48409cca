#include "rialto/targets/entity_extraction.hpp"

#include "tests/support/posts_world.hpp"

namespace rialto::targets {
namespace {

entities::Entity entity(entities::Type type, std::size_t begin, std::size_t end) {
    return {.type = type, .begin = begin, .end = end, .score = 1};
}

using entities::Type;

TEST_CASE("entities are listed by type, each text once, in the order of the text", "[entities]") {
    const std::string text = "Ann Joe Spain Ann";
    CHECK(entities_json(text, {entity(Type::Location, 8, 13), entity(Type::Person, 4, 7), entity(Type::Person, 0, 3),
                               entity(Type::Person, 14, 17)}) == R"({"persons":["Joe","Ann"],"locations":["Spain"]})");
    CHECK(entities_json(text, {}) == "{}");
}

TEST_CASE("each type of entity has a list of its own", "[entities]") {
    std::vector<entities::Entity> found;
    for (int type = 0; type < 9; ++type)
        found.push_back(entity(static_cast<Type>(type), 0, 1));
    CHECK(entities_json("x", found) ==
          R"({"persons":["x"],"locations":["x"],"organizations":["x"],"commercialItems":["x"],"events":["x"],)"
          R"("dates":["x"],"quantities":["x"],"titles":["x"],"other":["x"]})");
}

TEST_CASE("of one type at most a hundred texts are listed", "[entities]") {
    std::string text;
    std::vector<entities::Entity> found;
    for (int i = 100; i < 250; ++i) {
        found.push_back(entity(Type::Person, text.size(), text.size() + 3));
        text += std::to_string(i);
    }
    const auto listed = json::parse(entities_json(text, found)).value();
    CHECK(listed.find("persons")->as_array()->size() == 100);
}

struct ExtractionTest : testing::PostsWorld {
    delivery::Outcome deliver(const std::string& id) {
        const delivery::Attempt attempt{.event_id = "e",
                                        .bus = "default",
                                        .rule = "r",
                                        .ingested = {},
                                        .event = json::Object{{"detail", json::Object{{"id", id}}}},
                                        .payload = "",
                                        .shaped = false,
                                        .target = model::EntitiesTarget{},
                                        .part = ""};
        return run(extraction.deliver(attempt));
    }

    entities::Tagger tagger = entities::Tagger::built_in().value();
    WorkerPool pool{{.name = "tagger", .threads = 1, .queue = 16, .niceness = 0}};
    EntityReader reader{tagger, pool};
    EntityExtraction extraction{*posts, reader};
};

TEST_CASE_METHOD(ExtractionTest, "what a post mentions is written into it, once", "[entities]") {
    const auto post = create("Joe in Spain");

    CHECK(std::holds_alternative<delivery::Delivered>(deliver(post.id)));
    const auto read = run(posts->get(post.id)).value();
    REQUIRE(read.entities);
    CHECK(read.version == 2);
    CHECK(json::parse(*read.entities));

    CHECK(std::holds_alternative<delivery::Delivered>(deliver(post.id)));
    CHECK(run(posts->get(post.id)).value().version == 2);
}

TEST_CASE_METHOD(ExtractionTest, "only what is wanted of a post is read and written into it", "[entities]") {
    const posts::Draft draft{"Ann Smith", "Joe in Spain", "He paid $20 on 3 March 2026.", "travel"};
    const auto post = run(posts->create(draft, {})).value().post;
    extraction.use({.fields = {ExtractionSettings::Field::Body, ExtractionSettings::Field::Author},
                    .types = {Type::Person, Type::Date},
                    .minimum_score = 0.3});

    CHECK(std::holds_alternative<delivery::Delivered>(deliver(post.id)));

    CHECK(run(posts->get(post.id)).value().entities == R"({"persons":["Ann Smith"],"dates":["3 March 2026"]})");
}

TEST_CASE_METHOD(ExtractionTest, "what was found with too little confidence is left out", "[entities]") {
    const auto post = create("in 1998");
    extraction.use({.fields = {ExtractionSettings::Field::Title}, .types = {Type::Date}, .minimum_score = 0.95});

    CHECK(std::holds_alternative<delivery::Delivered>(deliver(post.id)));

    CHECK(run(posts->get(post.id)).value().entities == "{}");
}

TEST_CASE_METHOD(ExtractionTest, "what has just the confidence that is wanted is kept", "[entities]") {
    const auto post = create("in 1998");
    extraction.use({.fields = {ExtractionSettings::Field::Title}, .types = {Type::Date}, .minimum_score = 0.9});

    CHECK(std::holds_alternative<delivery::Delivered>(deliver(post.id)));

    CHECK(run(posts->get(post.id)).value().entities == R"({"dates":["1998"]})");
}

TEST_CASE_METHOD(ExtractionTest, "names of one's own are found", "[entities]") {
    const auto post = create("the frobnicator 3000 arrived");
    reader.use(std::make_shared<const entities::Gazetteer>(
        entities::Gazetteer::parse("COMMERCIAL_ITEM\tfrobnicator 3000\n").value()));

    CHECK(std::holds_alternative<delivery::Delivered>(deliver(post.id)));

    const auto found = json::parse(*run(posts->get(post.id)).value().entities).value();
    REQUIRE(found.find("commercialItems"));
    CHECK(found.find("commercialItems")->as_array()->front() == json::Value{"frobnicator 3000"});
}

TEST_CASE_METHOD(ExtractionTest, "a long text delays no short one", "[entities]") {
    std::string long_text;
    while (long_text.size() < (std::size_t{1} << 20))
        long_text += "Joe Smith went from Madrid to Paris on Monday. ";
    std::vector<std::string> order;
    const auto note = [&order](const char* which) {
        return [&order, which](const std::exception_ptr&, const Result<std::vector<entities::Entity>>& found) {
            order.push_back(found && !found->empty() ? which : "failed");
        };
    };

    asio::co_spawn(loop, reader.read(long_text), note("long"));
    asio::co_spawn(loop, reader.read("Joe is in Spain."), note("short"));
    until([&] { return order.size() == 2; });

    CHECK(order == std::vector<std::string>{"short", "long"});
}

TEST_CASE_METHOD(ExtractionTest, "a post that is gone needs nothing", "[entities]") {
    CHECK(std::holds_alternative<delivery::Delivered>(deliver("none")));
}

TEST_CASE_METHOD(ExtractionTest, "a text that changes while it is read is read again", "[entities]") {
    const auto post = create("Ann");
    std::mutex gate;
    gate.lock();
    auto hold = [&gate]() -> Result<int> {
        const std::lock_guard waits{gate};
        return 1;
    };
    bool held = false;
    asio::co_spawn(loop, pool.run(hold), [&held](const std::exception_ptr&, const auto&) { held = true; });
    std::optional<delivery::Outcome> outcome;
    const delivery::Attempt attempt{.event_id = "e",
                                    .bus = "default",
                                    .rule = "r",
                                    .ingested = {},
                                    .event = json::Object{{"detail", json::Object{{"id", post.id}}}},
                                    .payload = "",
                                    .shaped = false,
                                    .target = model::EntitiesTarget{},
                                    .part = ""};
    asio::co_spawn(loop, extraction.deliver(attempt),
                   [&outcome](std::exception_ptr, std::optional<delivery::Outcome> answer) { outcome = answer; });
    settle();
    const posts::Draft other{"Joe", "Nobody", "It rained.", "travel"};
    REQUIRE(run(posts->update(post.id, {}, [&other](const storage::Post&) {
        return std::expected<posts::Draft, std::vector<posts::Problem>>{other};
    })));

    gate.unlock();
    until([&] { return held && outcome; });

    CHECK(std::holds_alternative<delivery::Delivered>(*outcome));
    const auto read = run(posts->get(post.id)).value();
    CHECK(read.title == "Nobody");
    CHECK(read.entities == entities_json("Nobody\n\nIt rained.", tagger.tag("Nobody\n\nIt rained.")));
}

TEST_CASE_METHOD(ExtractionTest, "an event without a post's id fails for good", "[entities]") {
    delivery::Attempt attempt{};
    attempt.event = json::Object{};
    attempt.target = model::EntitiesTarget{};
    const auto outcome = run(extraction.deliver(attempt));
    REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
    CHECK(std::get<delivery::Failed>(outcome).final);
}

TEST_CASE_METHOD(ExtractionTest, "a post that always changes is tried again later", "[entities]") {
    const auto post = create("Joe in Spain");
    store->flaky_posts.conflicts = 10;
    const auto outcome = deliver(post.id);
    REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
    CHECK_FALSE(std::get<delivery::Failed>(outcome).final);
}

}  // namespace
}  // namespace rialto::targets
