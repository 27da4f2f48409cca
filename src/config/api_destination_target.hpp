#pragma once

#include "config/map_reader.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::config {

/// Reads what a target of the kind `apiDestination` has: the name of a declared destination, and what each call gets.
void read_api_destination_target(MapReader& settings, model::ApiDestinationTarget& target);

}  // namespace rialto::config
