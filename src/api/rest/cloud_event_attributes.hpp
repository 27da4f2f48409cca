#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "rialto/base/result.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api {

/// How an attribute is called where it came from: `"type"` in JSON, `ce-type` in a header.
using AttributeName = std::function<std::string(std::string_view name)>;

/// Whether these are the attributes of a CloudEvent 1.0: those that it must have, names, types, values, and our bounds
/// (64 of them, names of 64 bytes, values of 4096). InvalidArgument says what is wrong.
Status check_attributes(const json::Object& attributes, const AttributeName& shown);

}  // namespace rialto::api
