#pragma once

#include <string_view>
#include <vector>

#include "rialto/json/value.hpp"

namespace rialto::json {

/// Finds members by name in an object, which must not change meanwhile: worth its making for many look-ups.
class Index {
public:
    explicit Index(const Object& object);
    const Value* find(std::string_view name) const;

private:
    std::vector<const Member*> sorted_;
};

}  // namespace rialto::json
