#include "json/index.hpp"

#include <algorithm>

namespace rialto::json {
namespace {

std::string_view name_of(const Member* member) { return member->first; }

}  // namespace

Index::Index(const Object& object) {
    sorted_.reserve(object.size());
    for (const auto& member : object)
        sorted_.push_back(&member);
    std::ranges::sort(sorted_, {}, name_of);
}

const Value* Index::find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(sorted_, name, {}, name_of);
    return found != sorted_.end() && name_of(*found) == name ? &(*found)->second : nullptr;
}

}  // namespace rialto::json
