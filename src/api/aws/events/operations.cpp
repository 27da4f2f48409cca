#include "api/aws/events/operations.hpp"

namespace rialto::api::aws::events {

Service service(WorkerPool& pool) {
    return {.prefix = "AWSEvents",
            .operations = {
                test_event_pattern(pool),
            }};
}

}  // namespace rialto::api::aws::events
