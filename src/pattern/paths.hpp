#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rialto::pattern {

using PathId = std::uint32_t;

/// The paths that some rule names, as a tree of steps, so that an event is read past everything else. Each path has a
/// small number, which is given to another path once nothing needs it.
class Paths {
public:
    static constexpr PathId kRoot = 0;
    static constexpr PathId kNone = static_cast<PathId>(-1);

    /// The number of `path`, dots separating its steps. Balance with release().
    PathId intern(std::string_view path);
    void release(PathId path);

    /// The path that `name`, a key of an event, leads to from `from`; kNone if no rule names it. A dot in `name` is a
    /// step of its own.
    PathId below(PathId from, std::string_view name) const;

    /// Whether a rule has a condition on `path` itself.
    bool is_wanted(PathId path) const { return nodes_[path].conditions > 0; }

    bool is_same_or_below(PathId path, PathId ancestor) const;

    /// One more than the largest number in use.
    std::size_t size() const { return nodes_.size(); }

private:
    struct Node {
        PathId parent = kNone;
        std::uint32_t depth = 0;
        std::uint32_t users = 0;       // conditions here and below
        std::uint32_t conditions = 0;  // conditions here
        std::string step;
    };
    struct Key {
        PathId parent;
        std::string_view step;  // in the child's node
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };

    PathId child(PathId parent, std::string_view step) const;
    PathId add_child(PathId parent, std::string_view step);

    std::deque<Node> nodes_{1};  // never moved, since the keys of children_ point into them
    std::vector<PathId> free_;
    std::unordered_map<Key, PathId, KeyHash> children_;
};

}  // namespace rialto::pattern
