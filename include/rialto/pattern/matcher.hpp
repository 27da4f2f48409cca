#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
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

    struct State;
    State& state() { return *state_; }

private:
    std::unique_ptr<State> state_;
};

/// Every pattern of one bus (or of one channel's subscribers): finds the ids of those that an event matches.
///
/// match() is const and may run on any number of threads at once, each with its own Scratch; add() and remove()
/// must be alone. Callers that route while rules change keep it in an immutable snapshot.
class Matcher {
public:
    Matcher();
    ~Matcher();
    Matcher(Matcher&&) noexcept;
    Matcher& operator=(Matcher&&) noexcept;

    /// `id` must not be in use. Cost grows with the pattern, not with the number of rules.
    void add(RuleId id, const Pattern& pattern);

    /// Does nothing for an id that is not there.
    void remove(RuleId id);

    /// Replaces `matches` by the ids whose pattern the event matches, ascending. `event` is JSON, an object; the
    /// error for anything else is InvalidArgument and names the byte; so is nesting deeper than 1000 levels. An event
    /// that names one array so often that matching would explode is LimitExceeded.
    Status match(std::string_view event, Scratch& scratch, std::vector<RuleId>& matches) const;

    std::size_t size() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// One pattern against one event, with the reason: which field decided, what was there and what was wanted. Fails as
/// Matcher::match() does.
struct Explanation {
    bool matches = false;
    std::string text;  ///< One line a field.
};
Result<Explanation> explain(const Pattern& pattern, std::string_view event);

}  // namespace rialto::pattern
