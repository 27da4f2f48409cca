#include "api/aws/comprehend/operations.hpp"

namespace rialto::api::aws::comprehend {

Service service(const targets::EntityReader& reader) {
    return {.prefix = "Comprehend_20171127", .operations = {detect_entities(reader), batch_detect_entities(reader)}};
}

}  // namespace rialto::api::aws::comprehend
