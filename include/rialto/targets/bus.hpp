#pragma once

#include "rialto/bus/event_bus.hpp"
#include "rialto/delivery/target.hpp"

namespace rialto::targets {

/// Puts the event, as it is, on another bus. The bus registry sees to it that no event can go in a circle.
class Bus final : public delivery::Target {
public:
    explicit Bus(bus::EventBus& bus) : bus_{bus} {}

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    bus::EventBus& bus_;
};

}  // namespace rialto::targets
