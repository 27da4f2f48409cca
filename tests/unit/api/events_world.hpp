#pragma once

#include <string>

#include "api/aws/events/operations.hpp"
#include "tests/support/aws_world.hpp"

namespace rialto::testing {

/// A catalog asked by EventBridge's operations: `ask("PutRule", {...})`.
class EventsWorld : public AwsWorld {
public:
    EventsWorld()
        : AwsWorld{[this] {
              return Services{api::aws::events::service(
                  {*catalog, *bus, keeper->replays(), store->archives(), pool, clock, random})};
          }} {}

    Answer ask(const std::string& operation, const json::Object& input) {
        return AwsWorld::ask("AWSEvents." + operation, json::write(input));
    }
};

}  // namespace rialto::testing
