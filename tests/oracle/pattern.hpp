#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/oracle/complexity.hpp"
#include "tests/oracle/condition.hpp"
#include "tests/oracle/event.hpp"

namespace rialto::oracle {

/// A second opinion on event patterns, made from their documentation alone, to hold the engine against: it tries out
/// everything, and prefers being plain to being fast.
class Pattern {
public:
    /// Nothing for what is not a valid pattern.
    static std::optional<Pattern> parse(std::string_view text);

    /// Whether the pattern would still be refused is not known.
    bool may_be_too_complex() const { return complexity_ == Complexity::Unclear; }

    /// Nothing if it would take too long to find out.
    std::optional<bool> matches(const Event& event) const;

private:
    /// All conditions must hold, each on its path. Shared, since each combination of $or branches is a rule of its own.
    using Rule = std::map<std::string, std::shared_ptr<const Condition>>;

    friend class PatternParser;
    std::vector<Rule> rules_;  ///< One of which must match.
    Complexity complexity_ = Complexity::Fine;
};

}  // namespace rialto::oracle
