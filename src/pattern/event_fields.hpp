#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pattern/value.hpp"

namespace rialto::pattern {

/// A value in an event, or an object or array.
struct EventField {
    std::string steps;         ///< Its path, with a dot behind each step. Arrays are no steps.
    std::optional<Kind> kind;  ///< Nothing for an object or array.
    std::string text;          ///< Of a value, as Value has it.
};

/// All of an event that check_event() accepts, in order; nothing at all of an event in which there is too much to look
/// around in.
std::vector<EventField> fields_of(std::string_view event);

/// The longest part of `path` that one of the fields has.
std::string reached_part(std::string_view path, std::span<const EventField> fields);

}  // namespace rialto::pattern
