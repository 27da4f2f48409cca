#include "pattern/paths.hpp"

#include <algorithm>
#include <atomic>

#include "pattern/rules.hpp"

namespace rialto::pattern {

Paths::Paths() : root_{Shared<PathNode>::make()} {
    places_.push_back({});
    change();
}

void Paths::change() {
    static std::atomic<std::uint64_t> last{0};
    version_ = last.fetch_add(1, std::memory_order_relaxed) + 1;
}

PathId Paths::intern(std::string_view path) {
    change();
    PathNode* node = &root_.own();
    for (PathSteps steps{path}; steps.has_steps;) {
        const auto step = steps.next();
        const StepName name{step};
        if (!node->children.find(name))
            add_child(*node, step);
        if (steps.has_steps)
            node->inner_lengths |= length_bit(step.size());
        node = &node->children.own(name).own();
        ++node->users;
    }
    ++node->conditions;
    return node->id;
}

PathId Paths::add_child(PathNode& parent, std::string_view step) {
    auto child = Shared<PathNode>::make();
    PathNode& node = child.write();
    node.step = step;
    if (free_.empty()) {
        node.id = static_cast<PathId>(places_.size());
        places_.push_back({});
    } else {
        node.id = free_.back();
        free_.pop_back();
    }
    places_.own(node.id) = {parent.id, places_[parent.id].depth + 1, node.step};
    parent.children.add(StepName{step}, std::move(child));
    return node.id;
}

void Paths::release(PathId path) {
    change();
    const auto ids = line(path);
    PathNode* node = &root_.own();
    for (const PathId id : ids) {
        PathNode& child = node->children.own(StepName{places_[id].step}).own();
        if (--child.users == 0) {
            // Nothing needs what is below either: it is on the line itself.
            remove_child(*node, id);
            free_.insert(free_.end(), std::ranges::find(ids, id), ids.end());
            return;
        }
        node = &child;
    }
    --node->conditions;
}

void Paths::remove_child(PathNode& parent, PathId child) { parent.children.remove(StepName{places_[child].step}); }

std::vector<PathId> Paths::line(PathId path) const {
    std::vector<PathId> ids;
    for (; path != kRoot; path = places_[path].parent)
        ids.push_back(path);
    std::ranges::reverse(ids);
    return ids;
}

const PathNode& Paths::node(PathId path) const {
    const PathNode* node = root_.get();
    for (const PathId id : line(path))
        node = node->children.find(StepName{places_[id].step});
    return *node;
}

PathNode& Paths::own(PathId path) {
    change();
    PathNode* node = &root_.own();
    for (const PathId id : line(path))
        node = &node->children.own(StepName{places_[id].step}).own();
    return *node;
}

bool Paths::is_same_or_below(PathId path, PathId ancestor) const {
    while (places_[path].depth > places_[ancestor].depth)
        path = places_[path].parent;
    return path == ancestor;
}

const PathNode* descend(const PathNode& from, std::string_view name) {
    const PathNode* node = &from;
    for (PathSteps steps{name}; steps.has_steps && node;)
        node = node->children.find(StepName{steps.next()});
    return node;
}

}  // namespace rialto::pattern
