#include "api/aws/print.hpp"

namespace rialto::api::aws {
namespace {

std::string print_list(const json::Array& elements, const Shape& element) {
    std::vector<std::string> texts;
    for (const auto& value : elements)
        texts.push_back(print(value, element));
    return '[' + joined(texts) + ']';
}

std::string print_map(const json::Object& entries, const Shape& shape) {
    std::vector<std::string> texts;
    for (const auto& [key, value] : entries)
        texts.push_back(key + '=' + print(value, shape));
    return '{' + joined(texts) + '}';
}

std::string print_structure(const json::Object& given, const Shape& shape) {
    std::vector<std::string> texts;
    for (const Member& member : shape.members) {
        const json::Value* value = given.find(member.name);
        texts.push_back(lower_first(member.name) + '=' + (value == nullptr ? "null" : print(*value, member.shape)));
    }
    return shape.name + '(' + joined(texts) + ')';
}

}  // namespace

std::string print(const json::Value& value, const Shape& shape) {
    switch (shape.type) {
        case Shape::Type::String:
            return *value.as_string();
        case Shape::Type::List:
            return print_list(*value.as_array(), shape.inner.front());
        case Shape::Type::Map:
            return print_map(*value.as_object(), shape.inner.back());
        case Shape::Type::Structure:
            return print_structure(*value.as_object(), shape);
        default:
            return json::write(value);
    }
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    std::string_view separator;
    for (const auto& text : texts) {
        all += separator;
        all += text;
        separator = ", ";
    }
    return all;
}

std::string lower_first(std::string_view name) {
    std::string lower{name};
    if (!lower.empty() && lower.front() >= 'A' && lower.front() <= 'Z')
        lower.front() = static_cast<char>(lower.front() - 'A' + 'a');
    return lower;
}

}  // namespace rialto::api::aws
