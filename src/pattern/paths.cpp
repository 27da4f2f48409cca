#include "pattern/paths.hpp"

#include <functional>

#include "pattern/rules.hpp"

namespace rialto::pattern {

std::size_t Paths::KeyHash::operator()(const Key& key) const {
    return std::hash<std::string_view>{}(key.step) ^ (std::size_t{key.parent} * 0x9e3779b97f4a7c15U);
}

PathId Paths::child(PathId parent, std::string_view step) const {
    const auto found = children_.find(Key{parent, step});
    return found == children_.end() ? kNone : found->second;
}

PathId Paths::add_child(PathId parent, std::string_view step) {
    PathId id = static_cast<PathId>(nodes_.size());
    if (free_.empty()) {
        nodes_.emplace_back();
    } else {
        id = free_.back();
        free_.pop_back();
    }
    nodes_[id] = {
        .parent = parent, .depth = nodes_[parent].depth + 1, .users = 0, .conditions = 0, .step = std::string{step}};
    children_.emplace(Key{parent, nodes_[id].step}, id);
    return id;
}

PathId Paths::intern(std::string_view path) {
    PathId id = kRoot;
    for (PathSteps steps{path}; steps.has_steps;) {
        const auto step = steps.next();
        const auto known = child(id, step);
        id = known == kNone ? add_child(id, step) : known;
        ++nodes_[id].users;
    }
    ++nodes_[id].conditions;
    return id;
}

void Paths::release(PathId path) {
    --nodes_[path].conditions;
    for (PathId id = path; id != kRoot;) {
        const PathId parent = nodes_[id].parent;
        if (--nodes_[id].users == 0) {
            children_.erase(Key{parent, nodes_[id].step});
            free_.push_back(id);
        }
        id = parent;
    }
}

PathId Paths::below(PathId from, std::string_view name) const {
    for (PathSteps steps{name}; steps.has_steps && from != kNone;)
        from = child(from, steps.next());
    return from;
}

bool Paths::is_same_or_below(PathId path, PathId ancestor) const {
    while (nodes_[path].depth > nodes_[ancestor].depth)
        path = nodes_[path].parent;
    return path == ancestor;
}

}  // namespace rialto::pattern
