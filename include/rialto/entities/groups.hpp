#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/entities/tagger.hpp"

namespace rialto::entities {

/// "persons", "locations", "organizations", "commercialItems", "events", "dates", "quantities", "titles", "other".
std::string_view group_name_of(Type type);

/// What a text mentions of one type: each name once, in the order of first mention, with one space for any white space
/// in it.
struct Group {
    Type type;
    std::vector<std::string> names;
};

/// In the order of the types, those without a name left out. Of one type at most `most` names.
std::vector<Group> group(std::string_view text, std::span<const Entity> found, std::size_t most);

/// Turns byte offsets into code points. Positions only grow.
class CodePoints {
public:
    explicit CodePoints(std::string_view text) : text_{text} {}

    /// How many code points are before the byte.
    std::size_t before(std::size_t byte);

private:
    std::string_view text_;
    std::size_t byte_ = 0;
    std::size_t count_ = 0;
};

/// `{"persons":["Joe"],...,"entities":[{"text":"Joe","type":"PERSON","score":0.98,"beginOffset":0,"endOffset":3,
/// "beginByte":0,"endByte":3},...]}`: the groups, then each mention. Offsets are in code points, ends exclusive.
std::string to_json(std::string_view text, std::span<const Entity> found);

}  // namespace rialto::entities
