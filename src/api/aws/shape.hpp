#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/aws/regex.hpp"

namespace rialto::api::aws {

struct Member;

/// What a value in a request may be: the type and the constraints that AWS's service model gives it. Written as
///
///     structure("TagResourceRequest", {required("ResourceARN", string().at_least(1).at_most(1600)),
///                                      required("Tags", list(structure("Tag", {...})))})
struct Shape {
    enum class Type : std::uint8_t { String, Integer, Long, Boolean, Timestamp, List, Map, Structure };

    /// Of a number the value is bounded, of a string its characters, of a list or map its size.
    Shape at_least(std::int64_t bound) const;
    Shape at_most(std::int64_t bound) const;
    Shape matching(std::string expression) const;
    /// The words in the order in which AWS lists them.
    Shape one_of(std::vector<std::string> words) const;
    /// How a list or map stands in the Query protocol: without an element around it, each of its entries is an element
    /// of that name, which in a map has a key and a value.
    Shape flattened(std::string entry, std::string key = {}, std::string value = {}) const;

    Type type = Type::String;
    std::optional<std::int64_t> least;
    std::optional<std::int64_t> most;
    std::optional<Regex> pattern;
    std::vector<std::string> choices;
    std::vector<Shape> inner;     ///< Of a list its elements; of a map its keys and its values, which are scalars.
    std::string name;             ///< Of a structure, as AWS prints it.
    std::vector<Member> members;  ///< Of a structure.
    struct Flattened {
        std::string entry;
        std::string key;
        std::string value;
    };
    std::optional<Flattened> flat;  ///< Of a list or map.
};

struct Member {
    std::string name;
    Shape shape;
    bool is_required = false;
};

Shape string();
Shape integer();  ///< Of 32 bits.
Shape long_integer();
Shape boolean();
Shape timestamp();
Shape list(Shape element);
Shape map(Shape key, Shape value);
Shape structure(std::string name, std::vector<Member> members);

Member required(std::string name, Shape shape);
Member optional(std::string name, Shape shape);

/// Whether what is bounded is the value itself.
bool is_number(Shape::Type type);

}  // namespace rialto::api::aws
