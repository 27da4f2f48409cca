#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pattern/paths.hpp"
#include "pattern/value.hpp"

namespace rialto::pattern {

/// An element of an array that is an object or an array itself. Elements are numbered in document order, so those
/// inside one are the numbers up to its `end`. Element 0 is the event.
using ElementId = std::uint32_t;

/// What an event has at the paths that rules name: its leaves, and the arrays that they stand in. Views point into the
/// event's text and into this object.
class Event {
public:
    static constexpr ElementId kWhole = 0;

    struct Leaf {
        PathId path;
        ElementId element;  ///< The innermost that it stands in. A leaf is no element of its own array.
        Value value;
    };
    struct Array {
        PathId path;
        std::uint32_t end_leaf = 0;
    };
    struct Element {
        ElementId parent = kWhole;
        std::uint32_t array = 0;
        std::uint32_t first_leaf = 0;  ///< The number of leaves before it.
        ElementId end = 0;
    };

    /// Empties it for an event to be read with paths below `paths`.
    void clear(std::size_t paths);
    void add_leaf(PathId path, ElementId element, const Value& value);
    std::uint32_t begin_array(PathId path);
    void end_array(std::uint32_t array);
    ElementId begin_element(ElementId parent, std::uint32_t array);
    void end_element(ElementId element);

    /// Puts leaves in order by path; call when all are added.
    void finish();

    std::span<const Leaf> leaves() const { return leaves_; }
    const Leaf& leaf(std::uint32_t number) const { return leaves_[number]; }
    const Array& array(std::uint32_t number) const { return arrays_[number]; }
    const Element& element(ElementId id) const { return elements_[id]; }

    /// The numbers of the leaves at `path`, ascending.
    std::span<const std::uint32_t> at(PathId path) const;

    /// The paths that have leaves.
    std::span<const PathId> present() const { return present_; }

    bool is_same_or_inside(ElementId element, ElementId outer) const {
        return outer <= element && element < elements_[outer].end;
    }

private:
    struct Group {
        std::uint64_t epoch = 0;  // of the event that it is about
        std::uint32_t begin = 0;
        std::uint32_t count = 0;
    };

    std::uint64_t epoch_ = 0;
    std::vector<Leaf> leaves_;
    std::vector<Array> arrays_;
    std::vector<Element> elements_;
    std::vector<Group> groups_;  // by path
    std::vector<PathId> present_;
    std::vector<std::uint32_t> by_path_;
};

}  // namespace rialto::pattern
