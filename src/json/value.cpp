#include "rialto/json/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "json/index.hpp"

namespace rialto::json {
namespace {

/// The shortest text that reads back as the same number.
std::string shortest(double value) {
    std::array<char, 32> buffer{};  // a double needs at most 24
    const auto end = std::to_chars(buffer.begin(), buffer.end(), value).ptr;
    return {buffer.begin(), end};
}

bool equal(const Object& a, const Object& b) {
    if (a.size() != b.size())
        return false;
    const Index index{b};
    return std::ranges::all_of(a, [&index](const Member& member) {
        const Value* other = index.find(member.first);
        return other && member.second == *other;
    });
}

}  // namespace

Object::Object() = default;
Object::Object(std::initializer_list<Member> members) : members_{members} {}
Object::Object(std::vector<Member> members) : members_{std::move(members)} {}
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

const Value* Object::find(std::string_view name) const {
    const auto found = std::ranges::find(members_, name, &Member::first);
    return found == members_.end() ? nullptr : &found->second;
}

Value* Object::find(std::string_view name) {
    const auto found = std::ranges::find(members_, name, &Member::first);
    return found == members_.end() ? nullptr : &found->second;
}

void Object::set(std::string name, Value value) {
    if (Value* present = find(name))
        *present = std::move(value);
    else
        members_.emplace_back(std::move(name), std::move(value));
}

void Object::remove(std::string_view name) {
    std::erase_if(members_, [name](const Member& member) { return member.first == name; });
}

// JSON has no infinities and no NaN; null is what JavaScript writes for them.
Value::Value(double number) {
    if (std::isfinite(number))
        data_ = Number{shortest(number)};
}

std::optional<std::int64_t> Value::as_int64() const {
    const Number* number = as_number();
    if (!number)
        return std::nullopt;
    const char* end = number->text.data() + number->text.size();
    std::int64_t value = 0;
    const auto [stop, failure] = std::from_chars(number->text.data(), end, value);
    return failure == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

std::optional<double> Value::as_double() const {
    const Number* number = as_number();
    if (!number)
        return std::nullopt;
    const char* end = number->text.data() + number->text.size();
    double value = 0;
    const auto [stop, failure] = std::from_chars(number->text.data(), end, value);
    // Too large and too small to be told apart are the same error; only the first has no double near it.
    if (failure == std::errc::result_out_of_range)
        value = std::strtod(number->text.c_str(), nullptr);
    return stop == end && std::isfinite(value) ? std::optional{value} : std::nullopt;
}

const Value* Value::find(std::string_view name) const {
    const Object* object = as_object();
    return object ? object->find(name) : nullptr;
}

std::string_view Value::type_name() const {
    static constexpr std::array<std::string_view, 6> kNames{"null", "boolean", "number", "string", "array", "object"};
    return kNames[data_.index()];
}

bool operator==(const Value& a, const Value& b) {
    if (a.as_object() && b.as_object())
        return equal(*a.as_object(), *b.as_object());
    if (a.as_array() && b.as_array())
        return *a.as_array() == *b.as_array();
    if (a.as_string() && b.as_string())
        return *a.as_string() == *b.as_string();
    if (a.as_number() && b.as_number())
        return a.as_number()->text == b.as_number()->text;
    if (a.as_bool() && b.as_bool())
        return *a.as_bool() == *b.as_bool();
    return a.is_null() && b.is_null();
}

}  // namespace rialto::json
