#include "json/index.hpp"
#include "rialto/json/value.hpp"

namespace rialto::json {
namespace {

void merge_members(Object& target, const Object& patch) {
    const Index changes{patch};
    const Index present{target};
    std::vector<const Member*> added;
    for (const auto& change : patch)
        if (!change.second.is_null() && !present.find(change.first))
            added.push_back(&change);

    std::vector<Member> merged;
    for (auto& [name, value] : target) {
        const Value* change = changes.find(name);
        if (change && change->is_null())
            continue;
        if (change)
            merge_patch(value, *change);
        merged.emplace_back(name, std::move(value));
    }
    for (const Member* member : added) {
        merged.emplace_back(member->first, Value{});
        merge_patch(merged.back().second, member->second);  // drops the nulls inside
    }
    target = Object{std::move(merged)};
}

}  // namespace

void merge_patch(Value& target, const Value& patch) {
    const Object* changes = patch.as_object();
    if (!changes) {
        target = patch;
        return;
    }
    if (!target.as_object())
        target = Object{};
    merge_members(*target.as_object(), *changes);
}

}  // namespace rialto::json
