#include "rialto/posts/draft.hpp"

#include <catch2/catch.hpp>

#include "rialto/base/time.hpp"

namespace rialto::posts {
namespace {

json::Object valid() { return {{"author", "Joe"}, {"title", "Holidays"}, {"body", "Spain"}, {"topic", "travel"}}; }

std::vector<std::string> broken_fields(const json::Value& value) {
    std::vector<std::string> fields;
    const auto draft = read_draft(value);
    if (!draft)
        for (const auto& problem : draft.error())
            fields.push_back(problem.field);
    return fields;
}

std::vector<std::string> broken_with(const std::string& field, json::Value value) {
    auto draft = valid();
    draft.set(field, std::move(value));
    return broken_fields(draft);
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

TEST_CASE("a draft is read as it was written", "[draft]") {
    const auto draft = read_draft(valid());
    REQUIRE(draft);
    CHECK(draft->author == "Joe");
    CHECK(draft->title == "Holidays");
    CHECK(draft->body == "Spain");
    CHECK(draft->topic == "travel");
}

TEST_CASE("every field is required, and all that is broken is named at once", "[draft]") {
    using Fields = std::vector<std::string>;
    CHECK(broken_fields(json::Object{}) == Fields{"author", "title", "body", "topic"});
    CHECK(broken_fields(json::Object{{"author", 1}, {"title", ""}, {"body", "b"}, {"topic", "t"}, {"id", "x"}}) ==
          Fields{"author", "title", "id"});
    CHECK(broken_fields(json::Array{}) == Fields{""});
    CHECK(broken_fields("text") == Fields{""});
}

TEST_CASE("of very many unknown fields the first are named, and the rest counted", "[draft]") {
    auto draft = valid();
    for (int i = 0; i < 1000; ++i)
        draft.set("x" + std::to_string(i), i);

    const auto read = read_draft(draft);

    REQUIRE_FALSE(read);
    REQUIRE(read.error().size() == 21);
    CHECK(read.error()[19].field == "x19");
    CHECK(read.error()[20].field.empty());
    CHECK(read.error()[20].message == "has 980 more members that are not known");
}

TEST_CASE("a field is text that is not empty", "[draft]") {
    const std::string field = GENERATE("author", "title", "body", "topic");
    CHECK(broken_with(field, nullptr) == std::vector{field});
    CHECK(broken_with(field, 7) == std::vector{field});
    CHECK(broken_with(field, json::Array{"a"}) == std::vector{field});
    CHECK(broken_with(field, "") == std::vector{field});
    CHECK(broken_with(field, " \t\r\n ") == std::vector{field});
    CHECK(broken_with(field, std::string{"a\0b", 3}) == std::vector{field});
    CHECK(broken_with(field, "a\x1b[1m") == std::vector{field});
    CHECK(broken_with(field, "a\x7f") == std::vector{field});
}

TEST_CASE("lengths count characters, not bytes", "[draft]") {
    const auto [field, length] =
        GENERATE(table<std::string, std::size_t>({{"author", 100}, {"title", 200}, {"body", 65'536}, {"topic", 64}}));
    CHECK(broken_with(field, repeated("\xf0\x9f\x98\x80", length)).empty());
    CHECK(broken_with(field, repeated("\xf0\x9f\x98\x80", length + 1)) == std::vector{field});
    CHECK(broken_with(field, repeated("a", length)).empty());
    CHECK(broken_with(field, repeated("a", length + 1)) == std::vector{field});
}

TEST_CASE("only the body may have lines", "[draft]") {
    const std::string text = GENERATE("a\nb", "a\r\nb", "a\tb");
    CHECK(broken_with("body", text).empty());
    CHECK(broken_with("author", text).size() == 1);
    CHECK(broken_with("title", text).size() == 1);
    CHECK(broken_with("topic", text).size() == 1);
}

storage::Post sample() {
    return {.id = "p1",
            .version = 1,
            .text_version = 1,
            .created_at = *from_rfc3339("2026-01-31T08:15:30.125Z"),
            .updated_at = *from_rfc3339("2026-01-31T08:15:30.125Z"),
            .author = "Joe",
            .title = "Holidays",
            .body = "Spain",
            .topic = "travel",
            .entities = {}};
}

TEST_CASE("a new post has no updatedAt and no entities", "[draft]") {
    CHECK(to_json(sample()) ==
          R"({"id":"p1","createdAt":"2026-01-31T08:15:30.125Z","author":"Joe","title":"Holidays","body":"Spain",)"
          R"("topic":"travel"})");
}

TEST_CASE("a changed post tells when, even if that is the moment in which it was made", "[draft]") {
    auto post = sample();
    post.version = 2;
    post.entities = R"({"locations":["Spain"]})";

    const json::Value shown = json::parse(to_json(post)).value();

    REQUIRE(shown.find("updatedAt"));
    CHECK(*shown.find("updatedAt")->as_string() == "2026-01-31T08:15:30.125Z");
    CHECK(json::write(*shown.find("entities")) == *post.entities);
}

}  // namespace
}  // namespace rialto::posts
