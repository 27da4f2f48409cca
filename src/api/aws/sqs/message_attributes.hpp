#pragma once

#include "api/aws/sqs/common.hpp"

namespace rialto::api::aws::sqs {

/// The shape of one attribute, and of a map of them that the Query protocol calls `entry`.
Shape message_attribute();
Shape message_attribute_map(const char* entry);

Outcome<queues::MessageAttributes> read_attributes(const json::Object& input, std::string_view name);

json::Object write_attributes(const queues::MessageAttributes& attributes);

/// Those that a receive asks for: by name, by the beginning of a name (`abc.*`), or all (`All`, `.*`).
queues::MessageAttributes wanted_of(const queues::MessageAttributes& attributes, const std::vector<std::string>& names);

}  // namespace rialto::api::aws::sqs
