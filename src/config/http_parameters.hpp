#pragma once

#include <string>
#include <string_view>

#include "config/map_reader.hpp"
#include "config/scalars.hpp"
#include "rialto/model/declaration.hpp"

namespace rialto::config {

/// Reads the keys `headers`, `query` and `body`, each a map of names to texts, or to maps with `secret` or
/// `secretFile`. What may stand in them is AWS's ConnectionHttpParameters.
void read_http_parameters(MapReader& map, model::HttpParameters& parameters);

/// The names of header fields (RFC 9110: token), at most 512 characters.
Rule<std::string> header_name();

/// A URL by http or https that can be called, perhaps without its scheme, of at most 2048 characters.
Rule<std::string> endpoint_url();

}  // namespace rialto::config
