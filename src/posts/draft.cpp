#include "rialto/posts/draft.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "rialto/base/time.hpp"
#include "rialto/base/utf8.hpp"

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

bool is_control(char c, bool one_line) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7f || (byte < 0x20 && (one_line || (c != '\n' && c != '\r' && c != '\t')));
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
    if (std::ranges::any_of(*text, [&](char c) { return is_control(c, field.one_line); }))
        return field.one_line ? "must be one line without control characters" : "must not hold control characters";
    return {};
}

}  // namespace

std::expected<Draft, std::vector<Problem>> read_draft(const json::Value& value) {
    const json::Object* object = value.as_object();
    if (object == nullptr)
        return std::unexpected{
            std::vector{Problem{"", "must be a JSON object, not " + std::string{value.type_name()}}}};

    Draft draft;
    std::vector<Problem> problems;
    for (const Field& field : kFields) {
        const json::Value* found = object->find(field.name);
        if (std::string wrong = fault(field, found); !wrong.empty())
            problems.push_back({std::string{field.name}, std::move(wrong)});
        else
            draft.*field.member = *found->as_string();
    }
    for (const auto& [name, ignored] : *object)
        if (std::ranges::none_of(kFields, [&name](const Field& field) { return field.name == name; }))
            problems.push_back({name, "is not known; a post has author, title, body and topic"});
    if (!problems.empty())
        return std::unexpected{std::move(problems)};
    return draft;
}

json::Object draft_of(const storage::Post& post) {
    return {{"author", post.author}, {"title", post.title}, {"body", post.body}, {"topic", post.topic}};
}

json::Object to_json(const storage::Post& post) {
    json::Object object{{"id", post.id}, {"createdAt", to_rfc3339(post.created_at)}};
    for (auto& member : draft_of(post))
        object.set(std::move(member.first), std::move(member.second));
    if (post.version > 1)
        object.set("updatedAt", to_rfc3339(post.updated_at));
    if (post.entities)
        if (auto entities = json::parse(*post.entities))
            object.set("entities", std::move(*entities));
    return object;
}

}  // namespace rialto::posts
