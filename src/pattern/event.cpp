#include "pattern/event.hpp"

namespace rialto::pattern {

void Event::clear(std::size_t paths) {
    ++epoch_;
    leaves_.clear();
    arrays_.clear();
    elements_.assign(1, {});
    present_.clear();
    if (groups_.size() < paths)
        groups_.resize(paths);
}

void Event::add_leaf(PathId path, ElementId element, const Value& value) {
    leaves_.push_back({path, element, value});
    Group& group = groups_[path];
    if (group.epoch != epoch_) {
        group = {.epoch = epoch_};
        present_.push_back(path);
    }
    ++group.count;
}

std::uint32_t Event::begin_array(PathId path) {
    arrays_.push_back({path});
    return static_cast<std::uint32_t>(arrays_.size() - 1);
}

void Event::end_array(std::uint32_t array) { arrays_[array].end_leaf = static_cast<std::uint32_t>(leaves_.size()); }

ElementId Event::begin_element(ElementId parent, std::uint32_t array) {
    elements_.push_back({.parent = parent, .array = array, .first_leaf = static_cast<std::uint32_t>(leaves_.size())});
    return static_cast<ElementId>(elements_.size() - 1);
}

void Event::end_element(ElementId element) { elements_[element].end = static_cast<ElementId>(elements_.size()); }

void Event::finish() {
    end_element(kWhole);
    std::uint32_t begin = 0;
    for (const PathId path : present_) {
        groups_[path].begin = begin;
        begin += groups_[path].count;
        groups_[path].count = 0;
    }
    by_path_.resize(leaves_.size());
    for (std::uint32_t number = 0; number < leaves_.size(); ++number) {
        Group& group = groups_[leaves_[number].path];
        by_path_[group.begin + group.count++] = number;
    }
}

std::span<const std::uint32_t> Event::at(PathId path) const {
    const Group& group = groups_[path];
    if (group.epoch != epoch_)
        return {};
    return {by_path_.data() + group.begin, group.count};
}

}  // namespace rialto::pattern
