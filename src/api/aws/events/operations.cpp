#include "api/aws/events/operations.hpp"

namespace rialto::api::aws::events {

Service service(const Rooms& rooms) {
    return {.prefix = "AWSEvents",
            .operations = {
                test_event_pattern(rooms),
            }};
}

}  // namespace rialto::api::aws::events
