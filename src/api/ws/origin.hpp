#pragma once

#include <string>
#include <vector>

#include "rialto/http/message.hpp"

namespace rialto::api::ws {

/// Whether the page that asks may connect: no Origin, one of `allowed` ("*" is all), or the server's own host.
bool is_origin_allowed(const http::Headers& headers, const std::vector<std::string>& allowed);

}  // namespace rialto::api::ws
