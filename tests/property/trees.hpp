#pragma once

#include "tests/oracle/json.hpp"
#include "tests/property/random.hpp"

namespace rialto::property {

using oracle::Json;

Json text_json(Random& random, const std::string& text);  ///< With any escapes.
Json number_json(const std::string& number);
Json object_json(const std::string& name, Json value);
Json array_json(std::vector<Json> values);

void add_member(Random& random, Json& object, const std::string& name, Json value);
void insert_member(Random& random, Json& object, std::size_t at, const std::string& name, Json value);

std::string any_name(Random& random);
Json any_scalar(Random& random);

/// The same scalar in another spelling, one that is almost the same, or any other.
Json near_scalar(Random& random, const Json& scalar);

/// The same paths, written otherwise: names with dots for objects in objects, members of one object apart.
enum class Tree { Event, Pattern };
void respell_paths(Random& random, Json& json, Tree tree);

/// With spaces here and there.
std::string written(Random& random, const Json& json);

/// With a character lost, doubled or replaced.
std::string damaged(Random& random, std::string text);

}  // namespace rialto::property
