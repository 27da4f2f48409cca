#include "rialto/pattern/matcher.hpp"

#include <algorithm>
#include <cassert>
#include <unordered_map>

#include "pattern/index.hpp"
#include "pattern/scratch.hpp"

namespace rialto::pattern {

Scratch::Scratch() : state_{std::make_unique<State>()} {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

struct Matcher::State {
    /// One alternative of a rule's pattern.
    struct Entry {
        RuleId rule = 0;
        std::vector<PlacedCondition> conditions;
        Index::Keys keys;
    };
    struct Rule {
        Pattern pattern;  // keeps the conditions alive
        std::vector<Slot> slots;
    };

    Slot add_entry(RuleId rule, const Alternative& alternative);
    void remove_entry(Slot slot);
    Verifier::Outcome verify(Slot slot, Scratch::State& scratch) const;

    Paths paths;
    Index index;
    std::vector<Entry> entries;
    std::vector<Slot> free_slots;
    std::unordered_map<RuleId, Rule> rules;
};

Slot Matcher::State::add_entry(RuleId rule, const Alternative& alternative) {
    Slot slot = static_cast<Slot>(entries.size());
    if (free_slots.empty()) {
        entries.emplace_back();
    } else {
        slot = free_slots.back();
        free_slots.pop_back();
    }
    Entry& entry = entries[slot];
    entry.rule = rule;
    for (const auto& field : alternative)
        entry.conditions.push_back({paths.intern(field.path), field.condition.get()});
    entry.keys = index.add(slot, entry.conditions);
    return slot;
}

void Matcher::State::remove_entry(Slot slot) {
    Entry& entry = entries[slot];
    index.remove(slot, entry.keys);
    for (const auto& placed : entry.conditions)
        paths.release(placed.path);
    entry = {};
    free_slots.push_back(slot);
}

Verifier::Outcome Matcher::State::verify(Slot slot, Scratch::State& scratch) const {
    return scratch.verifier.verify(entries[slot].conditions, scratch.reader.event(), paths);
}

Matcher::Matcher() : state_{std::make_unique<State>()} {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

void Matcher::add(RuleId id, const Pattern& pattern) {
    assert(!state_->rules.contains(id));  // the caller gives out the ids
    auto& rule = state_->rules.emplace(id, State::Rule{pattern, {}}).first->second;
    for (const auto& alternative : rule.pattern.rules().alternatives)
        rule.slots.push_back(state_->add_entry(id, alternative));
}

void Matcher::remove(RuleId id) {
    const auto rule = state_->rules.find(id);
    if (rule == state_->rules.end())
        return;
    for (const Slot slot : rule->second.slots)
        state_->remove_entry(slot);
    state_->rules.erase(rule);
}

Status Matcher::match(std::string_view event, Scratch& scratch, std::vector<RuleId>& matches) const {
    matches.clear();
    auto& [reader, verifier, candidates] = scratch.state();
    if (auto read = reader.read(event, state_->paths); !read)
        return read;

    candidates.clear();
    state_->index.find(reader.event(), candidates);
    std::ranges::sort(candidates);
    candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
    for (const Slot slot : candidates) {
        const auto outcome = state_->verify(slot, scratch.state());
        if (outcome == Verifier::Outcome::TooCostly)
            return Error{Errc::LimitExceeded, "the event names arrays twice in too many ways to match it"};
        if (outcome == Verifier::Outcome::Match)
            matches.push_back(state_->entries[slot].rule);
    }
    std::ranges::sort(matches);
    matches.erase(std::ranges::unique(matches).begin(), matches.end());
    return {};
}

std::size_t Matcher::size() const { return state_->rules.size(); }

}  // namespace rialto::pattern
