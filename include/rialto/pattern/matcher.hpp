#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/pattern/pattern.hpp"

namespace rialto::pattern {

using RuleId = std::uint32_t;

/// Reusable memory of match(): one a thread, never shared. After a few events it allocates nothing.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(Scratch&&) noexcept;
    Scratch& operator=(Scratch&&) noexcept;

    /// Rules of the last match() that it gave up on, ascending: the event was made to be costly (one array named twice
    /// in thousands of ways, very many values). They are not among the matches. Valid until the next match().
    std::span<const RuleId> undecided() const;

    struct State;
    State& state() { return *state_; }

private:
    std::unique_ptr<State> state_;
};

/// Whether `event` is JSON, an object, nested at most 1000 levels deep. The error is InvalidArgument and names the
/// byte. Events are checked once, at the door; everything behind it relies on that.
Status check_event(std::string_view event);

/// Every pattern of one bus (or of one channel's subscribers): finds the ids of those that an event matches.
///
/// A value whose copies share what they have in common: with 100,000 rules, to copy it and to change the copy by one
/// rule takes well under a millisecond. So callers that match while rules change keep an immutable matcher behind a
/// shared pointer, change a copy, and swap the pointer. match() is const and may run on any number of threads at once,
/// each with its own Scratch; add() and remove() must be alone on their copy, but not among copies.
///
/// The time of match() depends on the event, on how the rules are built, and on how many of them match, not on how many
/// there are. Memory is linear in the length of the patterns, and for each of them at most 1000 times that: as many
/// alternatives AWS lets $or make of one pattern.
class Matcher {
public:
    Matcher();
    ~Matcher();
    Matcher(const Matcher&);
    Matcher& operator=(const Matcher&);
    Matcher(Matcher&&) noexcept;
    Matcher& operator=(Matcher&&) noexcept;

    /// `id` must not be in use. Cost grows with the pattern, not with the number of rules.
    void add(RuleId id, const Pattern& pattern);

    /// Does nothing for an id that is not there.
    void remove(RuleId id);

    /// Replaces `matches` by the ids whose pattern the event matches, ascending. `event` must be one that check_event()
    /// accepts. Anything else gives some answer, or InvalidArgument, safely: what no rule names is not looked at. Time
    /// is bounded, by about a second in the worst case: scratch.undecided() tells the rules that this leaves open.
    Status match(std::string_view event, Scratch& scratch, std::vector<RuleId>& matches) const;

    std::size_t size() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// One pattern, one event. Fails if check_event() or Matcher::match() does, or with LimitExceeded if that leaves it
/// open.
Result<bool> matches(const Pattern& pattern, std::string_view event);

}  // namespace rialto::pattern
