#pragma once

#include "rialto/bus/catalog.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/delivery/target.hpp"

namespace rialto::targets {

/// Puts the event on another bus (AWS: sending and receiving events between event buses).
///
/// It goes there as it is, but on a target of the API that lies in another region it gets an id and a time of its own.
/// Such a target refuses, for good, an event that came from another bus already: THIRD_ACCOUNT_HOP_DETECTED after a hop
/// within a region, THIRD_REGION_HOP_DETECTED after one between regions; one of each is allowed. What the configuration
/// forwards has no such bound: the catalog sees to it that its rules make no circle.
///
/// A bus of another account must let the account of the rule's bus put events, by its policy: else NO_PERMISSIONS, for
/// good. A bus that is not there swallows the event.
class Bus final : public delivery::SingleTarget {
public:
    /// Both must outlive it.
    Bus(bus::EventBus& bus, const bus::Catalog& catalog) : bus_{bus}, catalog_{catalog} {}

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    bus::EventBus& bus_;
    const bus::Catalog& catalog_;
};

}  // namespace rialto::targets
