#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pattern/event.hpp"
#include "pattern/paths.hpp"

namespace rialto::pattern {

/// A condition, as encode() wrote it, on a path.
struct PlacedCondition {
    PathId path = 0;
    bool may_be_absent = false;
    const char* code = nullptr;
};

/// Decides whether an event satisfies conditions together.
///
/// Together means: by leaves of which no two stand in different elements of one array. The conditions, in the
/// order of their paths, each choose a leaf; what the choices so far say about arrays is kept as the innermost elements
/// chosen, cut down to the arrays that the paths to come run through. Unless an event names one array twice (a key
/// twice in one object, or `a.b` beside `a`), that is one element at most, a place that failed once is not tried again,
/// and the search is linear in the leaves. Where it is not, a budget of leaves ends it.
class Verifier {
public:
    enum class Outcome { Match, NoMatch, TooCostly };
    Outcome verify(std::span<const PlacedCondition> conditions, Event& event, const Paths& paths);

private:
    using Elements = std::vector<ElementId>;
    struct Level {
        Elements chosen;           // none inside another
        std::size_t position = 0;  // in the leaves of the level's path
        bool absence_tried = false;
        ElementId failed = kNothing;  // the one element with which this level and those after it failed last
    };
    static constexpr ElementId kNothing = static_cast<ElementId>(-1);

    bool advance(std::size_t level);
    bool enter(std::size_t level, ElementId element);
    bool is_absent(const Level& level, std::span<const std::uint32_t> leaves);
    void choose(Elements& chosen, ElementId element) const;
    void trim(Elements& chosen, std::span<const PlacedCondition> rest) const;
    std::size_t next_consistent(const Elements& chosen, std::span<const std::uint32_t> leaves, std::size_t from);
    std::uint32_t skip_to(const Elements& chosen, std::uint32_t leaf) const;

    std::span<const PlacedCondition> conditions_;
    Event* event_ = nullptr;
    const Paths* paths_ = nullptr;
    std::vector<Level> levels_;
    std::size_t budget_ = 0;
};

}  // namespace rialto::pattern
