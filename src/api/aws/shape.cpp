#include "api/aws/shape.hpp"

#include <utility>

namespace rialto::api::aws {
namespace {

Shape of_type(Shape::Type type) {
    Shape shape;
    shape.type = type;
    return shape;
}

}  // namespace

Shape Shape::at_least(std::int64_t bound) const {
    Shape shape = *this;
    shape.least = bound;
    return shape;
}

Shape Shape::at_most(std::int64_t bound) const {
    Shape shape = *this;
    shape.most = bound;
    return shape;
}

Shape Shape::matching(std::string expression) const {
    Shape shape = *this;
    shape.pattern.emplace(std::move(expression));
    return shape;
}

Shape Shape::one_of(std::vector<std::string> words) const {
    Shape shape = *this;
    shape.choices = std::move(words);
    return shape;
}

Shape Shape::flattened(std::string entry, std::string key, std::string value) const {
    Shape shape = *this;
    shape.flat = Flattened{std::move(entry), std::move(key), std::move(value)};
    return shape;
}

Shape string() { return of_type(Shape::Type::String); }
Shape integer() { return of_type(Shape::Type::Integer); }
Shape long_integer() { return of_type(Shape::Type::Long); }
Shape boolean() { return of_type(Shape::Type::Boolean); }
Shape timestamp() { return of_type(Shape::Type::Timestamp); }

Shape list(Shape element) {
    Shape shape = of_type(Shape::Type::List);
    shape.inner = {std::move(element)};
    return shape;
}

Shape map(Shape key, Shape value) {
    Shape shape = of_type(Shape::Type::Map);
    shape.inner = {std::move(key), std::move(value)};
    return shape;
}

Shape structure(std::string name, std::vector<Member> members) {
    Shape shape = of_type(Shape::Type::Structure);
    shape.name = std::move(name);
    shape.members = std::move(members);
    return shape;
}

Member required(std::string name, Shape shape) { return {std::move(name), std::move(shape), true}; }
Member optional(std::string name, Shape shape) { return {std::move(name), std::move(shape), false}; }

bool is_number(Shape::Type type) { return type == Shape::Type::Integer || type == Shape::Type::Long; }

}  // namespace rialto::api::aws
