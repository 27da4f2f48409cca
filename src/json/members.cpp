#include "rialto/json/members.hpp"

namespace rialto::json {

std::string text_of(const Object& object, std::string_view name) {
    const Value* value = object.find(name);
    return value && value->as_string() ? *value->as_string() : std::string{};
}

std::optional<std::int64_t> int64_of(const Object& object, std::string_view name) {
    const Value* value = object.find(name);
    return value ? value->as_int64() : std::nullopt;
}

const Object* object_of(const Object& object, std::string_view name) {
    const Value* value = object.find(name);
    return value ? value->as_object() : nullptr;
}

}  // namespace rialto::json
