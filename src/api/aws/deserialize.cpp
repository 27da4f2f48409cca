#include "api/aws/deserialize.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace rialto::api::aws {
namespace {

using Type = Shape::Type;

constexpr json::ParseLimits kAsJackson{.reject_duplicate_keys = false, .reject_half_pairs = false};

constexpr const char* kListNotExpected = "Start of list found where not expected";
constexpr const char* kObjectNotExpected = "Start of structure or map found where not expected.";

std::unexpected<Failure> wrong(std::string message) {
    return std::unexpected{Failure{Exception::Serialization, std::move(message)}};
}

/// What a value of that type cannot be made of a scalar, in AWS's words.
std::string_view name_of(Type type) {
    switch (type) {
        case Type::Integer:
            return "an Integer";
        case Type::Long:
            return "a Long";
        case Type::Boolean:
            return "a Boolean";
        case Type::Timestamp:
            return "milliseconds since epoch";
        default:
            return "a String";
    }
}

std::string_view token_of(const json::Value& scalar) {
    if (const bool* truth = scalar.as_bool())
        return *truth ? "TRUE_VALUE" : "FALSE_VALUE";
    return scalar.as_number() != nullptr ? "NUMBER_VALUE" : "STRING_VALUE";
}

std::unexpected<Failure> wrong_type(const json::Value& value, Type type) {
    if (value.as_array() != nullptr)
        return wrong(kListNotExpected);
    if (value.as_object() != nullptr)
        return wrong(kObjectNotExpected);
    switch (type) {
        case Type::List:
            return wrong("Expected list or null");
        case Type::Map:
            return wrong("Expected map or null");
        case Type::Structure:
            return wrong("Expected null");
        default:
            return wrong(std::string{token_of(value)} + " can not be converted to " + std::string{name_of(type)});
    }
}

/// Without its fraction, and as near as the type can have it.
json::Value whole_number(const json::Value& number, Type type) {
    const bool is_long = type == Type::Long;
    const std::int64_t least = is_long ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<int>::min();
    const std::int64_t most = is_long ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<int>::max();
    if (const auto exact = number.as_int64())
        return std::clamp(*exact, least, most);
    const double near = number.as_double().value_or(0);
    if (near >= static_cast<double>(most))
        return most;
    return near <= static_cast<double>(least) ? least : static_cast<std::int64_t>(near);
}

Outcome<json::Value> convert(json::Value value, const Shape& shape);

Outcome<json::Value> convert_list(json::Array& elements, const Shape& element) {
    json::Array converted;
    for (auto& value : elements) {
        if (value.is_null())
            continue;
        auto one = convert(std::move(value), element);
        if (!one)
            return one;
        converted.push_back(std::move(*one));
    }
    return converted;
}

Outcome<json::Value> convert_map(json::Object& entries, const Shape& shape) {
    std::vector<json::Member> converted;
    for (auto& [key, value] : entries) {
        if (value.is_null())
            continue;
        auto one = convert(std::move(value), shape);
        if (!one)
            return one;
        converted.emplace_back(key, std::move(*one));
    }
    return json::Object{std::move(converted)};
}

Outcome<json::Object> convert_structure(json::Object& given, const Shape& shape) {
    std::vector<json::Member> converted;
    for (const Member& member : shape.members) {
        json::Value* value = given.find(member.name);
        if (value == nullptr || value->is_null())
            continue;
        auto one = convert(std::move(*value), member.shape);
        if (!one)
            return std::unexpected{std::move(one.error())};
        converted.emplace_back(member.name, std::move(*one));
    }
    return json::Object{std::move(converted)};
}

bool is_of(const json::Value& value, Type type) {
    switch (type) {
        case Type::String:
            return value.as_string() != nullptr;
        case Type::Integer:
        case Type::Long:
        case Type::Timestamp:
            return value.as_number() != nullptr;
        case Type::Boolean:
            return value.as_bool() != nullptr;
        case Type::List:
            return value.as_array() != nullptr;
        case Type::Map:
        case Type::Structure:
            return value.as_object() != nullptr;
    }
    return false;
}

Outcome<json::Value> convert(json::Value value, const Shape& shape) {
    if (!is_of(value, shape.type))
        return wrong_type(value, shape.type);
    switch (shape.type) {
        case Type::Integer:
        case Type::Long:
            return whole_number(value, shape.type);
        case Type::List:
            return convert_list(*value.as_array(), shape.inner.front());
        case Type::Map:
            return convert_map(*value.as_object(), shape.inner.back());
        case Type::Structure:
            return convert_structure(*value.as_object(), shape);
        default:
            return value;
    }
}

}  // namespace

Outcome<json::Object> deserialize(std::string_view body, const Shape& shape) {
    auto value = json::parse(body, kAsJackson);
    if (value && value->as_array() != nullptr)
        return wrong(kListNotExpected);
    if (!value || value->as_object() == nullptr)
        return wrong("");
    return convert_structure(*value->as_object(), shape);
}

}  // namespace rialto::api::aws
