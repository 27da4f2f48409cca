#pragma once

#include <string>

#include "config/document.hpp"

namespace rialto::config {

/// A YAML value as compact JSON text. Plain true, false, null and whatever JSON takes for a number become that; all
/// other scalars are strings, so that quotes decide in doubt.
std::string yaml_to_json(const Node& node);

}  // namespace rialto::config
