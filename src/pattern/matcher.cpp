#include "rialto/pattern/matcher.hpp"

#include <algorithm>
#include <cassert>

#include "pattern/condition_code.hpp"
#include "pattern/index.hpp"
#include "pattern/scratch.hpp"

namespace rialto::pattern {
namespace {

/// Rule ids as keys of a table. An odd factor keeps them apart and spreads them over all bits; none of them is 0.
std::uint64_t key_of(RuleId id) { return (std::uint64_t{id} + 1) * 0x9e3779b97f4a7c15U; }

/// Look-ups for one event, before all rules are verified instead; per rule, as long as that is no slower.
constexpr std::size_t kLookUps = 65'536;
constexpr std::size_t kLookUpsPerRule = 16;

/// Tests of values for one event, in blocks of 64 bytes: about a tenth of a second.
constexpr std::size_t kMostTests = 10'000'000;

/// From so many leaves at one path on, equal ones are tested once.
constexpr std::uint32_t kManyLeaves = 64;

bool any_leaf_accepts(const Event::Place& place, const char* code, Scratch::State& scratch) {
    Event& event = scratch.scanner.event();
    const auto test = [&](std::uint32_t number) __attribute__((always_inline)) {
        const Value& value = event.leaf(number).value;
        scratch.tests_left -= std::min(scratch.tests_left, 1 + value.text().size() / 64);
        return accepts(code, value);
    };
    if (place.count == 1)
        return test(place.first);
    if (place.count >= kManyLeaves)
        return std::ranges::any_of(event.distinct_at(place.node->id),
                                   [&](std::uint32_t number) { return scratch.tests_left > 0 && test(number); });
    for (auto number = place.first; number != Event::kNone; number = event.leaf(number).next)
        if (test(number))
            return true;
    return false;
}

Verifier::Outcome verify_together(const Entry& entry, const Paths& paths, Scratch::State& scratch) {
    auto& conditions = scratch.conditions;
    conditions.resize(entry.conditions().size());
    for (const Entry::Condition& condition : entry.conditions())
        conditions[condition.rank] = {condition.path, condition.may_be_absent, entry.code(condition)};
    return scratch.verifier.verify(conditions, scratch.scanner.event(), paths);
}

Verifier::Outcome verify_only(const Entry& entry, const Entry::Condition& condition, Scratch::State& scratch) {
    const auto* place = scratch.scanner.event().at(condition.path);
    if (place ? any_leaf_accepts(*place, entry.code(condition), scratch) : condition.may_be_absent)
        return Verifier::Outcome::Match;
    return place && scratch.tests_left == 0 ? Verifier::Outcome::TooCostly : Verifier::Outcome::NoMatch;
}

/// Each condition on its own first, which decides unless two of them stand in arrays.
Verifier::Outcome verify(const Entry& entry, const Paths& paths, Scratch::State& scratch) {
    if (entry.conditions().size() == 1)
        return verify_only(entry, entry.conditions().front(), scratch);
    const Event& event = scratch.scanner.event();
    int in_elements = 0;
    bool depends_on_element = false;
    for (const Entry::Condition& condition : entry.conditions()) {
        const auto* place = event.at(condition.path);
        if (!place) {
            if (!condition.may_be_absent)
                return Verifier::Outcome::NoMatch;
            continue;
        }
        in_elements += place->in_elements ? 1 : 0;
        if (any_leaf_accepts(*place, entry.code(condition), scratch))
            continue;
        if (scratch.tests_left == 0)
            return Verifier::Outcome::TooCostly;
        if (!condition.may_be_absent || !place->in_elements)
            return Verifier::Outcome::NoMatch;
        depends_on_element = true;  // it may be absent in the element that the others choose
    }
    if (in_elements < 2)
        return depends_on_element ? Verifier::Outcome::NoMatch : Verifier::Outcome::Match;
    return verify_together(entry, paths, scratch);
}

void sort_out(std::vector<RuleId>& ids) {
    if (ids.size() < 2)
        return;
    if (!std::ranges::is_sorted(ids))
        std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
}

}  // namespace

std::span<const RuleId> Scratch::undecided() const { return state_->undecided; }

Scratch::Scratch() : state_{std::make_unique<State>()} {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

struct Matcher::State {
    void add_entry(RuleId id, const Alternative& alternative, Shared<Entry>& chain);
    void remove_entry(const Entry& entry);
    void all_entries(std::vector<const Entry*>& found) const;

    Paths paths;
    Index index;
    Table<Shared<Entry>> rules;  // each the first of its alternatives
    std::size_t size = 0;
};

void Matcher::State::add_entry(RuleId id, const Alternative& alternative, Shared<Entry>& chain) {
    std::vector<Placed> placed;
    for (const auto& field : alternative)
        placed.push_back({paths.intern(field.path), field.condition.get()});
    const auto place = index.place(placed, paths);
    chain = Entry::make(id, placed, place, std::move(chain));
    for (const auto& condition : chain->conditions())
        if (condition.names_address)
            ++paths.own(condition.path).addresses;
    index.file(*chain);
}

void Matcher::State::remove_entry(const Entry& entry) {
    index.unfile(entry, paths);
    for (const auto& condition : entry.conditions()) {
        if (condition.names_address)
            --paths.own(condition.path).addresses;
        paths.release(condition.path);
    }
}

void Matcher::State::all_entries(std::vector<const Entry*>& found) const {
    found.clear();
    rules.for_each([&](const Shared<Entry>& first) {
        for (const auto* entry = first.get(); entry; entry = entry->next().get())
            found.push_back(entry);
    });
}

Matcher::Matcher() : state_{std::make_unique<State>()} {}
Matcher::~Matcher() = default;
Matcher::Matcher(const Matcher& other) : state_{std::make_unique<State>(*other.state_)} {}
Matcher& Matcher::operator=(const Matcher& other) { return *this = Matcher{other}; }
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

void Matcher::add(RuleId id, const Pattern& pattern) {
    assert(!state_->rules.find(key_of(id)));  // the caller gives out the ids
    Shared<Entry> chain;
    for (const auto& alternative : pattern.rules().alternatives)
        state_->add_entry(id, alternative, chain);
    state_->rules.own(key_of(id)) = std::move(chain);
    ++state_->size;
}

void Matcher::remove(RuleId id) {
    const auto* found = state_->rules.find(key_of(id));
    if (!found)
        return;
    const Shared<Entry> chain = *found;  // keeps what other copies still match with
    for (const auto* entry = chain.get(); entry; entry = entry->next().get())
        state_->remove_entry(*entry);
    state_->rules.erase(key_of(id));
    --state_->size;
}

Status Matcher::match(std::string_view event, Scratch& scratch, std::vector<RuleId>& matches) const {
    matches.clear();
    auto& state = scratch.state();
    state.undecided.clear();
    if (auto scanned = state.scanner.scan(event, state_->paths); !scanned)
        return scanned;
    if (!state_->index.find(state.scanner.event(), state_->paths, kLookUps + kLookUpsPerRule * state_->size,
                            state.work))
        state_->all_entries(state.work.found);
    state.tests_left = kMostTests;
    for (const Entry* entry : state.work.found)
        entry->prefetch();
    for (const Entry* entry : state.work.found) {
        const auto outcome = verify(*entry, state_->paths, state);
        if (outcome == Verifier::Outcome::Match)
            matches.push_back(entry->rule());
        else if (outcome == Verifier::Outcome::TooCostly)
            state.undecided.push_back(entry->rule());
    }
    sort_out(matches);
    sort_out(state.undecided);
    std::erase_if(state.undecided, [&](RuleId id) { return std::ranges::binary_search(matches, id); });
    return {};
}

std::size_t Matcher::size() const { return state_->size; }

Result<bool> matches(const Pattern& pattern, std::string_view event) {
    if (auto checked = check_event(event); !checked)
        return std::move(checked).error();
    Matcher matcher;
    matcher.add(0, pattern);
    Scratch scratch;
    std::vector<RuleId> found;
    if (auto matched = matcher.match(event, scratch, found); !matched)
        return std::move(matched).error();
    if (!scratch.undecided().empty())
        return Error{Errc::LimitExceeded, std::string{kTooCostly}};
    return !found.empty();
}

}  // namespace rialto::pattern
