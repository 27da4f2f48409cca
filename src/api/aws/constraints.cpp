#include "api/aws/constraints.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/aws/print.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::api::aws {
namespace {

using Type = Shape::Type;

constexpr std::size_t kMostClauses = 10;

enum class Rule : std::uint8_t { Most, Least, Pattern, Choices };

/// In the order in which AWS tells of each alone, and in which it lists them for the members of a list or map.
constexpr std::array kAlone{Rule::Most, Rule::Pattern, Rule::Least, Rule::Choices};
constexpr std::array kListed{Rule::Most, Rule::Least, Rule::Pattern, Rule::Choices};

bool has_rule(const Shape& shape, Rule rule) {
    switch (rule) {
        case Rule::Most:
            return shape.most.has_value();
        case Rule::Least:
            return shape.least.has_value();
        case Rule::Pattern:
            return shape.pattern.has_value();
        case Rule::Choices:
            return !shape.choices.empty();
    }
    return false;
}

/// What bounds are of: the value of a number, the characters of a string, the size of a list or map.
std::int64_t measure(const json::Value& value, const Shape& shape) {
    switch (shape.type) {
        case Type::String:
            return static_cast<std::int64_t>(count_code_points(*value.as_string()));
        case Type::List:
            return static_cast<std::int64_t>(value.as_array()->size());
        case Type::Map:
            return static_cast<std::int64_t>(value.as_object()->size());
        default:
            return value.as_int64().value_or(0);
    }
}

/// True also for a rule that the shape does not have.
bool keeps(const json::Value& value, const Shape& shape, Rule rule) {
    if (!has_rule(shape, rule))
        return true;
    switch (rule) {
        case Rule::Most:
            return measure(value, shape) <= *shape.most;
        case Rule::Least:
            return measure(value, shape) >= *shape.least;
        case Rule::Pattern:
            return shape.pattern->matches(*value.as_string());
        case Rule::Choices:
            return std::ranges::find(shape.choices, *value.as_string()) != shape.choices.end();
    }
    return true;
}

std::string text_of(const Shape& shape, Rule rule) {
    const std::string measured = is_number(shape.type) ? "Member must have value " : "Member must have length ";
    switch (rule) {
        case Rule::Most:
            return measured + "less than or equal to " + std::to_string(*shape.most);
        case Rule::Least:
            return measured + "greater than or equal to " + std::to_string(*shape.least);
        case Rule::Pattern:
            return "Member must satisfy regular expression pattern: " + shape.pattern->text();
        case Rule::Choices:
            return "Member must satisfy enum value set: [" + joined(shape.choices) + ']';
    }
    return {};
}

std::string listed(const Shape& shape) {
    std::vector<std::string> texts;
    for (const Rule rule : kListed) {
        if (has_rule(shape, rule))
            texts.push_back(text_of(shape, rule));
    }
    return '[' + joined(texts) + ']';
}

bool keeps_all(const json::Value& value, const Shape& shape) {
    return std::ranges::all_of(kListed, [&](Rule rule) { return keeps(value, shape, rule); });
}

class Checker {
public:
    void check_structure(const json::Object& given, const Shape& shape, const std::string& path) {
        for (const Member& member : shape.members) {
            const std::string where = path + lower_first(member.name);
            if (const json::Value* value = given.find(member.name))
                check(*value, member.shape, where);
            else if (member.is_required)
                add("null", where, "Member must not be null");
        }
    }

    Outcome<void> outcome() const {
        if (clauses_.empty())
            return {};
        std::string message =
            std::to_string(clauses_.size()) + (clauses_.size() == 1 ? " validation error" : " validation errors");
        std::string_view separator = " detected: ";
        for (const auto& clause : clauses_) {
            message += separator;
            message += clause;
            separator = "; ";
        }
        return std::unexpected{Failure{Exception::Validation, std::move(message)}};
    }

private:
    void check(const json::Value& value, const Shape& shape, const std::string& path) {
        for (const Rule rule : kAlone) {
            if (!keeps(value, shape, rule))
                add('\'' + print(value, shape) + '\'', path, text_of(shape, rule));
        }
        if (shape.type == Type::Structure)
            check_structure(*value.as_object(), shape, path + '.');
        if (shape.type == Type::List)
            check_list(value, shape, path);
        if (shape.type == Type::Map)
            check_map(value, shape, path);
    }

    void check_list(const json::Value& value, const Shape& shape, const std::string& path) {
        const Shape& element = shape.inner.front();
        if (element.type != Type::Structure)
            return check_inner(*value.as_array(), element, "Member must satisfy constraint: ", value, shape, path);
        std::size_t number = 0;
        for (const auto& one : *value.as_array()) {
            if (clauses_.size() == kMostClauses)
                return;
            check(one, element, path + '.' + std::to_string(++number) + ".member");
        }
    }

    void check_map(const json::Value& value, const Shape& shape, const std::string& path) {
        json::Array keys;
        json::Array values;
        for (const auto& [key, one] : *value.as_object()) {
            keys.emplace_back(key);
            values.push_back(one);
        }
        check_inner(keys, shape.inner.front(), "Map keys must satisfy constraint: ", value, shape, path);
        check_inner(values, shape.inner.back(), "Map value must satisfy constraint: ", value, shape, path);
    }

    /// Scalars in a list or map share one clause, which lists all their rules if one of them fails one.
    void check_inner(const json::Array& scalars, const Shape& inner, std::string_view intro, const json::Value& whole,
                     const Shape& shape, const std::string& path) {
        if (!std::ranges::all_of(scalars, [&](const json::Value& scalar) { return keeps_all(scalar, inner); }))
            add('\'' + print(whole, shape) + '\'', path, std::string{intro} + listed(inner));
    }

    void add(const std::string& shown, const std::string& path, const std::string& rule) {
        if (clauses_.size() < kMostClauses)
            clauses_.push_back("Value " + shown + " at '" + path + "' failed to satisfy constraint: " + rule);
    }

    std::vector<std::string> clauses_;
};

}  // namespace

Outcome<void> check_constraints(const json::Object& input, const Shape& shape) {
    Checker checker;
    checker.check_structure(input, shape, "");
    return checker.outcome();
}

}  // namespace rialto::api::aws
