#pragma once

#include <optional>

#include "rialto/json/value.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::model {

/// A kind of target as an object with its `type`, and back: nothing, if it is not exactly what is written.
json::Value write_kind(const TargetKind& kind);
std::optional<TargetKind> read_kind(const json::Value& value);

}  // namespace rialto::model
