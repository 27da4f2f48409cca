#include "pattern/event.hpp"

#include <algorithm>
#include <tuple>

namespace rialto::pattern {

void Event::clear(std::size_t paths) {
    ++epoch_;
    leaf_count_ = 0;
    arrays_.clear();
    elements_.clear();
    elements_.push_back({.end = kNone});
    present_count_ = 0;
    are_numbered_ = false;
    distinct_count_ = 0;
    if (places_.size() < paths)
        places_.resize(paths);
}

void Event::grow() {
    leaves_.resize(2 * leaves_.size() + kLeastLeaves);
    present_.resize(leaves_.size());
}

void Event::number_leaves() {
    begins_.resize(places_.size());
    numbers_.clear();
    for (const PathNode* node : present()) {
        begins_[node->id] = static_cast<std::uint32_t>(numbers_.size());
        for (auto number = places_[node->id].first; number != kNone; number = leaves_[number].next)
            numbers_.push_back(number);
    }
    are_numbered_ = true;
}

std::span<const std::uint32_t> Event::numbers_at(PathId path) {
    if (!are_numbered_)
        number_leaves();
    const Place* place = at(path);
    return place ? std::span{numbers_}.subspan(begins_[path], place->count) : std::span<const std::uint32_t>{};
}

std::span<const std::uint32_t> Event::distinct_at(PathId path) {
    const auto known = std::span{distinct_}.first(distinct_count_);
    if (const auto found = std::ranges::find(known, path, &Distinct::path); found != known.end())
        return found->numbers;
    if (distinct_count_ == distinct_.size())
        distinct_.emplace_back();
    auto& [of, numbers] = distinct_[distinct_count_++];
    of = path;
    const auto all = numbers_at(path);
    numbers.assign(all.begin(), all.end());
    const auto value_of = [this](std::uint32_t number) {
        const Value& value = leaves_[number].value;
        return std::tuple{value.kind(), value.text_hash(), value.text()};
    };
    std::ranges::sort(numbers, {}, value_of);
    numbers.erase(std::ranges::unique(numbers, {}, value_of).begin(), numbers.end());
    return numbers;
}

}  // namespace rialto::pattern
