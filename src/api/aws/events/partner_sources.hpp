#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rialto/base/clock.hpp"
#include "rialto/bus/resources.hpp"

/// The event sources that partners offer to accounts.
namespace rialto::api::aws::events {

/// A partner's event source as the account `owner` sees it. Its state follows from its document and from the bus of the
/// same name: PENDING until there is one and while the source is deactivated, then ACTIVE; DELETED if the partner
/// withdrew it while there is a bus.
struct EventSource {
    bus::Document document;
    std::string_view state;
    std::optional<std::int64_t> expires;  ///< When it will be gone if it stays PENDING. Milliseconds since 1970.
};

/// Nothing if it was never offered, is deleted, or was PENDING for two weeks.
std::optional<EventSource> find_event_source(const bus::Resources& resources, const bus::Identity& owner,
                                             std::string_view name, TimePoint now);

}  // namespace rialto::api::aws::events
