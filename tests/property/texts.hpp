#pragma once

#include <string>

#include "tests/property/random.hpp"

namespace rialto::property {

/// Strings that are easily mistaken for each other. UTF-8 throughout.

std::string any_text(Random& random);

/// `text` with a small change.
std::string near_text(Random& random, const std::string& text);

/// `text` with some characters in another case, or in what looks like it.
std::string refolded(Random& random, const std::string& text);

/// The first or last characters of `text`, sometimes all or none.
std::string head(Random& random, const std::string& text);
std::string tail(Random& random, const std::string& text);

/// A wildcard that matches `text`.
std::string starred(Random& random, const std::string& text);

/// A JSON string with any of the escapes there are.
std::string spelled_text(Random& random, const std::string& text);

/// An address in any spelling, or almost one.
std::string any_address(Random& random);
std::string near_address(Random& random, const std::string& address);

/// A range that holds `address`, or not one at all if that is none.
std::string range_around(Random& random, const std::string& address);

/// A JSON number in any spelling.
std::string any_number(Random& random);
std::string respelled_number(Random& random, const std::string& number);
std::string near_number(Random& random, const std::string& number);
std::string shortest_number(double value);

}  // namespace rialto::property
