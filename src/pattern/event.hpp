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
    static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);

    struct Leaf {
        Value value;
        PathId path = 0;
        ElementId element = kWhole;  ///< The innermost that it stands in. A leaf is no element of its own array.
        std::uint32_t next = kNone;  ///< The next leaf at its path.
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
    /// The leaves at one path.
    struct Place {
        std::uint64_t epoch = 0;  // of the event that it is about
        const PathNode* node = nullptr;
        std::uint32_t first = kNone;
        std::uint32_t last = kNone;
        std::uint32_t count = 0;
        bool in_elements = false;  ///< At least one stands inside an array.
    };

    Event() { grow(); }

    /// Empties it for an event to be read with paths below `paths`.
    void clear(std::size_t paths);
    void add_leaf(const PathNode& node, ElementId element, Kind kind, std::string_view text);
    std::uint32_t begin_array(PathId path);
    void end_array(std::uint32_t array);
    ElementId begin_element(ElementId parent, std::uint32_t array);
    void end_element(ElementId element) { elements_[element].end = static_cast<ElementId>(elements_.size()); }

    const Leaf& leaf(std::uint32_t number) const { return leaves_[number]; }
    const Array& array(std::uint32_t number) const { return arrays_[number]; }
    const Element& element(ElementId id) const { return elements_[id]; }

    /// Null if the event has none at `path`.
    const Place* at(PathId path) const {
        const Place& place = places_[path];
        return place.epoch == epoch_ ? &place : nullptr;
    }

    /// The numbers of the leaves at `path`, ascending. Prepared when it is first asked for.
    std::span<const std::uint32_t> numbers_at(PathId path);

    /// Of leaves with the same value one each, in no order. Prepared when it is first asked for.
    std::span<const std::uint32_t> distinct_at(PathId path);

    /// The paths that have leaves.
    std::span<const PathNode* const> present() const { return std::span{present_}.first(present_count_); }

    bool is_same_or_inside(ElementId element, ElementId outer) const {
        return outer <= element && element < elements_[outer].end;
    }

private:
    static constexpr std::size_t kLeastLeaves = 16;

    void grow();
    void number_leaves();

    std::uint64_t epoch_ = 0;
    // So many of them are this event's; there is always room for one more.
    std::vector<Leaf> leaves_;
    std::vector<const PathNode*> present_;  // no more than leaves
    std::uint32_t leaf_count_ = 0;
    std::uint32_t present_count_ = 0;
    std::vector<Array> arrays_;
    std::vector<Element> elements_;
    std::vector<Place> places_;          // by path
    std::vector<std::uint32_t> begins_;  // by path, in numbers_
    std::vector<std::uint32_t> numbers_;
    bool are_numbered_ = false;
    struct Distinct {
        PathId path = 0;
        std::vector<std::uint32_t> numbers;
    };
    std::vector<Distinct> distinct_;
    std::size_t distinct_count_ = 0;
};

inline void Event::add_leaf(const PathNode& node, ElementId element, Kind kind, std::string_view text) {
    const auto number = leaf_count_;
    Place& place = places_[node.id];
    if (place.epoch != epoch_) {
        place = {.epoch = epoch_, .node = &node, .first = number};
        present_[present_count_++] = &node;
    } else {
        leaves_[place.last].next = number;
    }
    place.last = number;
    ++place.count;
    place.in_elements |= element != kWhole;
    Leaf& leaf = leaves_[number];
    leaf.value.assign(kind, text);
    leaf.path = node.id;
    leaf.element = element;
    leaf.next = kNone;
    if (++leaf_count_ == leaves_.size()) [[unlikely]]
        grow();
}

inline std::uint32_t Event::begin_array(PathId path) {
    arrays_.push_back({path});
    return static_cast<std::uint32_t>(arrays_.size() - 1);
}

inline void Event::end_array(std::uint32_t array) { arrays_[array].end_leaf = leaf_count_; }

inline ElementId Event::begin_element(ElementId parent, std::uint32_t array) {
    Element& element = elements_.emplace_back();  // written member by member: to copy a whole one has to wait for these
    element.parent = parent;
    element.array = array;
    element.first_leaf = leaf_count_;
    return static_cast<ElementId>(elements_.size() - 1);
}

}  // namespace rialto::pattern
