#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/oracle/json.hpp"

namespace rialto::oracle {

/// For each array around something, the number of the element it is in. Arrays are numbered through the event.
using Place = std::map<int, int>;

/// One scalar of an event. The array that directly holds it is no part of its place.
struct Leaf {
    Json::Kind kind = Json::Kind::Null;
    std::string text;
    Place place;
};

/// An event's leaves by their paths, names joined by dots.
using Event = std::map<std::string, std::vector<Leaf>>;

/// Nothing for what is no JSON object.
std::optional<Event> parse_event(std::string_view text);

}  // namespace rialto::oracle
