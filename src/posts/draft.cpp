#include "rialto/posts/draft.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "rialto/base/scan.hpp"
#include "rialto/base/time.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/json/object_writer.hpp"

namespace rialto::posts {
namespace {

struct Field {
    std::string_view name;
    std::string Draft::* member;
    std::size_t max_length;
    bool one_line;
};

constexpr std::array kFields{
    Field{"author", &Draft::author, 100, true},
    Field{"title", &Draft::title, 200, true},
    Field{"body", &Draft::body, 65'536, false},
    Field{"topic", &Draft::topic, 64, true},
};

constexpr std::size_t kMostNamed = 20;

// For prefix_length(): no branches.
constexpr bool is_of_line(char c) { return static_cast<bool>((static_cast<unsigned char>(c) >= 0x20) & (c != 0x7f)); }
constexpr bool is_of_text(char c) { return static_cast<bool>(is_of_line(c) | (c == '\n') | (c == '\r') | (c == '\t')); }

bool has_control(std::string_view text, bool one_line) {
    return text.size() > (one_line ? prefix_length(text, is_of_line) : prefix_length(text, is_of_text));
}

/// What is wrong with the field's value; empty if nothing is.
std::string fault(const Field& field, const json::Value* value) {
    if (value == nullptr)
        return "is required";
    const std::string* text = value->as_string();
    if (text == nullptr)
        return "must be a string, not " + std::string{value->type_name()};
    if (text->find_first_not_of(" \t\r\n") == std::string::npos)
        return "must not be empty";
    if (const std::size_t length = count_code_points(*text); length > field.max_length)
        return "must have at most " + std::to_string(field.max_length) + " characters, not " + std::to_string(length);
    if (has_control(*text, field.one_line))
        return field.one_line ? "must be one line without control characters" : "must not hold control characters";
    return {};
}

/// A body may have a hundred thousand of them: only the first are named.
void name_unknown(const json::Object& object, std::vector<Problem>& problems) {
    std::size_t unknown = 0;
    for (const auto& [name, ignored] : object) {
        if (std::ranges::any_of(kFields, [&name](const Field& field) { return field.name == name; }))
            continue;
        if (++unknown <= kMostNamed)
            problems.push_back({name, "is not known; a post has author, title, body and topic"});
    }
    if (unknown > kMostNamed)
        problems.push_back({"", "has " + std::to_string(unknown - kMostNamed) + " more members that are not known"});
}

}  // namespace

std::expected<Draft, std::vector<Problem>> read_draft(json::Value value) {
    json::Object* object = value.as_object();
    if (object == nullptr)
        return std::unexpected{
            std::vector{Problem{"", "must be a JSON object, not " + std::string{value.type_name()}}}};

    Draft draft;
    std::vector<Problem> problems;
    for (const Field& field : kFields) {
        json::Value* found = object->find(field.name);
        if (std::string wrong = fault(field, found); !wrong.empty())
            problems.push_back({std::string{field.name}, std::move(wrong)});
        else
            draft.*field.member = std::move(*found->as_string());
    }
    name_unknown(*object, problems);
    if (!problems.empty())
        return std::unexpected{std::move(problems)};
    return draft;
}

json::Object draft_of(const storage::Post& post) {
    return {{"author", post.author}, {"title", post.title}, {"body", post.body}, {"topic", post.topic}};
}

std::string to_json(const storage::Post& post) {
    constexpr std::size_t kRest = 300;  // about what stands around the text
    const std::size_t entities = post.entities ? post.entities->size() : 0;
    json::ObjectWriter writer{post.body.size() + post.title.size() + entities + kRest};
    writer.text("id", post.id)
        .text("createdAt", to_rfc3339(post.created_at))
        .text("author", post.author)
        .text("title", post.title)
        .text("body", post.body)
        .text("topic", post.topic);
    if (post.version > 1)
        writer.text("updatedAt", to_rfc3339(post.updated_at));
    if (post.entities)
        writer.json("entities", *post.entities);
    return writer.finish();
}

}  // namespace rialto::posts
