#include "pattern/verifier.hpp"

#include <algorithm>

#include "pattern/condition_code.hpp"

namespace rialto::pattern {
namespace {

/// Leaves looked at: each once for each condition, and more than any event needs that was not made to need them.
constexpr std::size_t kBudget = 50'000;
constexpr std::size_t kRounds = 8;

}  // namespace

Verifier::Outcome Verifier::verify(std::span<const PlacedCondition> conditions, Event& event, const Paths& paths) {
    conditions_ = conditions;
    event_ = &event;
    paths_ = &paths;
    budget_ = kBudget;
    for (const PlacedCondition& condition : conditions)
        budget_ += kRounds * event.numbers_at(condition.path).size();
    if (levels_.size() <= conditions.size())
        levels_.resize(conditions.size() + 1);
    for (std::size_t i = 0; i <= conditions.size(); ++i)
        levels_[i].failed = kNothing;
    levels_[0].chosen.clear();
    levels_[0].position = 0;
    levels_[0].absence_tried = false;

    std::size_t level = 0;
    while (level < conditions.size()) {
        if (budget_ == 0)
            return Outcome::TooCostly;
        if (advance(level)) {
            ++level;
            continue;
        }
        Level& failed = levels_[level];
        if (failed.chosen.size() <= 1)
            failed.failed = failed.chosen.empty() ? Event::kWhole : failed.chosen.front();
        if (level == 0)
            return budget_ == 0 ? Outcome::TooCostly : Outcome::NoMatch;
        --level;
    }
    return Outcome::Match;
}

/// Finds the level's next choice with which the level after it can begin.
bool Verifier::advance(std::size_t number) {
    Level& level = levels_[number];
    const auto& [path, may_be_absent, code] = conditions_[number];
    const auto leaves = event_->numbers_at(path);
    if (!level.absence_tried) {
        level.absence_tried = true;
        if (may_be_absent && is_absent(level, leaves) && enter(number + 1, Event::kWhole))
            return true;
    }
    while (budget_ > 0) {
        level.position = next_consistent(level.chosen, leaves, level.position);
        if (level.position == leaves.size())
            return false;
        const auto& leaf = event_->leaf(leaves[level.position++]);
        if (accepts(code, leaf.value) && enter(number + 1, leaf.element))
            return true;
    }
    return false;
}

/// Sets the level up for what the one before it has chosen, and `element` on top. False if that is known to fail.
bool Verifier::enter(std::size_t number, ElementId element) {
    Level& level = levels_[number];
    level.position = 0;
    level.absence_tried = false;
    level.chosen = levels_[number - 1].chosen;
    if (number == conditions_.size())
        return true;
    choose(level.chosen, element);
    trim(level.chosen, conditions_.subspan(number));
    if (level.chosen.size() > 1)
        return true;
    return level.failed != (level.chosen.empty() ? Event::kWhole : level.chosen.front());
}

bool Verifier::is_absent(const Level& level, std::span<const std::uint32_t> leaves) {
    return next_consistent(level.chosen, leaves, 0) == leaves.size();
}

/// Adds `element`, which is consistent with `chosen`.
void Verifier::choose(Elements& chosen, ElementId element) const {
    for (ElementId& other : chosen) {
        if (event_->is_same_or_inside(other, element))
            return;
        if (event_->is_same_or_inside(element, other)) {
            other = element;
            return;
        }
    }
    if (element != Event::kWhole)
        chosen.push_back(element);
}

/// Only arrays that one of the `rest` runs through matter from now on.
void Verifier::trim(Elements& chosen, std::span<const PlacedCondition> rest) const {
    const auto matters = [&](PathId array) {
        return std::ranges::any_of(rest, [&](const auto& next) { return paths_->is_same_or_below(next.path, array); });
    };
    for (ElementId& element : chosen) {
        while (element != Event::kWhole) {
            const auto& inner = event_->element(element);
            if (matters(event_->array(inner.array).path))
                break;
            element = inner.parent;
        }
    }
    std::ranges::sort(chosen);
    // Ascending, an element comes right before those inside it.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const bool is_implied = chosen[i] == Event::kWhole ||
                                (i + 1 < chosen.size() && event_->is_same_or_inside(chosen[i + 1], chosen[i]));
        if (!is_implied)
            chosen[kept++] = chosen[i];
    }
    chosen.resize(kept);
}

std::size_t Verifier::next_consistent(const Elements& chosen, std::span<const std::uint32_t> leaves, std::size_t from) {
    for (; from < leaves.size() && budget_ > 0; --budget_) {
        const auto leaf = leaves[from];
        const auto wanted = skip_to(chosen, leaf);
        if (wanted == leaf) {
            --budget_;
            return from;
        }
        from = static_cast<std::size_t>(std::ranges::lower_bound(leaves.subspan(from + 1), wanted) - leaves.begin());
    }
    return from;
}

/// `leaf` itself if it is consistent with `chosen`; else the first leaf after it that may be.
std::uint32_t Verifier::skip_to(const Elements& chosen, std::uint32_t leaf) const {
    for (ElementId other : chosen) {
        ElementId own = event_->leaf(leaf).element;
        if (event_->is_same_or_inside(own, other) || event_->is_same_or_inside(other, own))
            continue;
        // Up to where the two part.
        while (!event_->is_same_or_inside(other, event_->element(own).parent))
            own = event_->element(own).parent;
        while (!event_->is_same_or_inside(own, event_->element(other).parent))
            other = event_->element(other).parent;
        const auto array = event_->element(own).array;
        if (array != event_->element(other).array)
            continue;
        return own < other ? event_->element(other).first_leaf : event_->array(array).end_leaf;
    }
    return leaf;
}

}  // namespace rialto::pattern
