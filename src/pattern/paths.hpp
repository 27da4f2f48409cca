#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pattern/children.hpp"
#include "pattern/schema.hpp"
#include "pattern/shared.hpp"
#include "pattern/shared_vector.hpp"

namespace rialto::pattern {

/// A path that some rule names, or a part of one.
struct PathNode : Counted {
    PathId id = 0;
    std::uint32_t users = 0;       ///< Conditions here and below.
    std::uint32_t conditions = 0;  ///< Conditions here: the leaves of an event are wanted if there are any.
    std::uint32_t addresses = 0;   ///< Of these, such that name an address.
    std::string step;
    Children<PathNode> children;
    /// A bit for the length of each child's step that has children itself, or once had; the last for all from 63 on. A
    /// name in an event that has a dot behind such a step may be a path of several steps.
    std::uint64_t inner_lengths = 0;
    std::vector<Schema> schemas;  ///< Those that this path leads.

    bool is_wanted() const { return conditions > 0; }
};

/// The paths that some rule names, as a tree of steps, so that an event is read past everything else. Each path has a
/// small number, which is given to another path once nothing needs it. Copies share what they have in common.
class Paths {
public:
    static constexpr PathId kRoot = 0;

    Paths();

    /// The number of `path`, dots separating its steps. Balance with release().
    PathId intern(std::string_view path);
    void release(PathId path);

    const PathNode& root() const { return *root_; }
    const PathNode& node(PathId path) const;
    /// To write to. It lives until the next change of any path.
    PathNode& own(PathId path);

    bool is_same_or_below(PathId path, PathId ancestor) const;

    /// One more than the largest number in use.
    std::size_t size() const { return places_.size(); }

    /// Of all paths in the process, only copies have the same one: what it led to once, it leads to still.
    std::uint64_t version() const { return version_; }

private:
    struct Place {
        PathId parent = kRoot;
        std::uint32_t depth = 0;
        std::string step;
    };

    void change();
    PathId add_child(PathNode& parent, std::string_view step);
    void remove_child(PathNode& parent, PathId child);
    /// The steps from the root down to `path`, without the root.
    std::vector<PathId> line(PathId path) const;

    Shared<PathNode> root_;
    SharedVector<Place> places_;
    std::vector<PathId> free_;
    std::uint64_t version_ = 0;
};

/// The node that `name`, a name in an event with a dot, leads to from `from`; null if no rule names it.
const PathNode* descend(const PathNode& from, std::string_view name);

}  // namespace rialto::pattern
