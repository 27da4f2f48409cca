#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/pattern/pattern.hpp"

namespace rialto::pattern {

/// Something in the event that a condition which fails may have meant.
struct NearMiss {
    /// What keeps the value from being accepted.
    enum class Kind : std::uint8_t {
        OtherCase,
        InQuotes,     ///< It is a string; what is in it, a number, true, false or null, would be accepted.
        NoQuotes,     ///< The reverse.
        SpaceAround,  ///< Before it or behind it.
        OtherName,    ///< A step of its path differs in case, hyphens or underscores.
        OtherLevel,   ///< Its path has one step more, or one fewer.
        InText,       ///< It is a string with JSON in it where the path goes on. What it holds is not looked at.
    };

    Kind kind = Kind::OtherCase;
    std::optional<Kind> besides;  ///< Keeps it from being accepted too.
    std::string path;
    std::string value;  ///< As in ConditionReport::found.
};

/// What a pattern demands of one field, and what the event has there.
struct ConditionReport {
    std::string path;
    bool holds = false;
    std::string wanted;              ///< The pattern's array, on one line.
    std::vector<std::string> found;  ///< The first values, as JSON; "..." is behind those that are cut.
    std::size_t found_count = 0;     ///< Of all.
    std::string reached;             ///< If nothing is found, how much of the path the event has.
    std::vector<NearMiss> near_misses;
};

/// One of the ways to match that $or leaves.
struct AlternativeReport {
    std::size_t number = 1;
    bool matches = false;
    bool in_other_elements = false;  ///< All conditions hold, but not within the same elements of an array.
    std::vector<ConditionReport> conditions;
};

/// Why an event matches a pattern, or why not. Its size depends on the pattern only.
struct Explanation {
    bool matches = false;
    std::size_t alternative_count = 1;            ///< Without $or there is just one.
    std::vector<AlternativeReport> alternatives;  ///< The few that match or are nearest to it, the nearest first.
};

/// Fails if matches() does. Takes milliseconds, not microseconds; of a large event only the first fields are looked
/// through for near misses.
Result<Explanation> explain(const Pattern& pattern, std::string_view event);

/// For people: a line a condition, and its near misses below it.
std::string to_text(const Explanation& explanation);

/// For programs: all of it, as one line of JSON.
std::string to_json(const Explanation& explanation);

}  // namespace rialto::pattern
