#pragma once

#include <string_view>

#include "config/map_reader.hpp"
#include "rialto/base/secret.hpp"

namespace rialto::config {

/// What is wrong with a secret's value, which no message shows.
using SecretCheck = Status (*)(const Secret& secret);

/// Reads a secret from `key`, or from the file that `key` with "File" after it names. True if either is there.
bool read_secret(MapReader& map, std::string_view key, Secret& secret, SecretCheck check = nullptr);

}  // namespace rialto::config
