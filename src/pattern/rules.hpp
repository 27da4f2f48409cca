#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pattern/predicate.hpp"

namespace rialto::pattern {

/// What one field of an event must be: one of the tests holds for one of its values, or the field has none and may.
struct Condition {
    std::vector<Predicate> tests;
    bool may_be_absent = false;
    std::string source;  ///< As written in the pattern, for explanations.
};

/// A condition on the field at `path`. A dot in a name is the same as nesting, so the path is one text.
struct Field {
    std::string path;
    std::shared_ptr<const Condition> condition;
};

/// Conditions that must hold together, in the order of their paths.
using Alternative = std::vector<Field>;

/// The parsed form of a pattern: it matches if one alternative does. Without $or there is just one.
struct Rules {
    std::string text;
    std::vector<Alternative> alternatives;
};

/// The next step of a path, which is then moved past it. Call while `has_steps`.
struct PathSteps {
    std::string_view rest;
    bool has_steps = true;
    std::string_view next();
};

}  // namespace rialto::pattern
