#pragma once

#include <string_view>

#include "rialto/http/message.hpp"

namespace rialto::api {

/// The type that `Content-Type` names, without its parameters; empty if there is none.
std::string_view media_type(const http::RequestHead& head);

/// Whether `type` is `lower`, which is written in lower case.
bool is_media_type(std::string_view type, std::string_view lower);

}  // namespace rialto::api
