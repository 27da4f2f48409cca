#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rialto/base/clock.hpp"

namespace rialto::storage {

using DeliveryId = std::int64_t;

/// One event owed to one target.
struct OwedDelivery {
    DeliveryId id = 0;   ///< From Store::next_delivery_id().
    std::string target;  ///< Key of a stored target, see DeliveryStore::keep_target.
    std::string rule;    ///< ARN of the rule that asked for it; empty if none did.
    /// Deliveries of the same target and key are made one after the other, each after the one before it is delivered
    /// or given up. Empty: in no order.
    std::string ordered{};
};

/// An event and all that it owes.
struct OwedEvent {
    std::string id;
    std::string bus;
    TimePoint ingested;
    std::string envelope;                  ///< The event's JSON text.
    int hops = 0;                          ///< How often it was forwarded from bus to bus.
    std::string trace_header{};            ///< AWS X-Ray's; empty if there is none.
    std::vector<OwedDelivery> deliveries;  ///< Not empty: an event that owes nothing is not stored.
};

/// Events written in the same transaction as what caused them (a transactional outbox).
using Outbox = std::vector<OwedEvent>;

}  // namespace rialto::storage
