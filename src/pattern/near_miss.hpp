#pragma once

#include <span>
#include <vector>

#include "pattern/event_fields.hpp"
#include "pattern/rules.hpp"
#include "pattern/value.hpp"
#include "rialto/pattern/explain.hpp"

namespace rialto::pattern {

/// Among the values that an event has at the field's path; none of them is accepted.
std::vector<NearMiss> near_values(const Field& field, std::span<const Value> values);

/// Among all fields of an event that has no value at the field's path.
std::vector<NearMiss> near_fields(const Field& field, std::span<const EventField> others);

}  // namespace rialto::pattern
