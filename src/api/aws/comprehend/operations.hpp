#pragma once

#include "api/aws/operation.hpp"
#include "rialto/targets/entity_reader.hpp"

/// Amazon Comprehend, what there is of it: finding entities. Operations that it has beside these are unknown here.
namespace rialto::api::aws::comprehend {

/// The reader must outlive them.
Operation detect_entities(const targets::EntityReader& reader);
Operation batch_detect_entities(const targets::EntityReader& reader);

Service service(const targets::EntityReader& reader);

}  // namespace rialto::api::aws::comprehend
