#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"

namespace rialto::pattern {

/// A text in which * stands for any run of bytes; \* and \\ stand for themselves.
class Wildcard {
public:
    /// The error is AWS's.
    static Result<Wildcard> parse(std::string_view text);

    /// Its ASCII letters small.
    Wildcard lower_case() const;

    /// The literal texts before, between and after the stars: one more than there are stars.
    const std::vector<std::string>& pieces() const { return pieces_; }

private:
    std::vector<std::string> pieces_{1};
};

/// Whether AWS refuses these wildcard terms of one field as too complex. Each group is a term; an anything-but list is
/// one group.
///
/// All terms run as one automaton. For every set of states that some input could be in at once, the states of all terms
/// are added up; the largest sum must stay below a limit.
bool is_too_complex(std::span<const std::vector<Wildcard>> groups);

}  // namespace rialto::pattern
