#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rialto/storage/outbox.hpp"

namespace rialto::bus {

/// Who wants to know of every event on every bus. Called on any thread; must be quick and not block.
class Observer {
public:
    virtual ~Observer() = default;

    /// An event was routed. It is not stored yet, nor is it certain that it will be. `envelope` is its JSON text,
    /// `owed` what it owes: nothing if no rule matched.
    virtual void routed(std::string_view bus, const std::string& event_id, std::string_view envelope,
                        const std::vector<storage::OwedDelivery>& owed) = 0;
};

/// Who wants to see events that no rule matched. Called on any thread, for each of them; must be quick and not block.
class UnmatchedObserver {
public:
    virtual ~UnmatchedObserver() = default;

    /// `bus` is its key, `envelope` the event's JSON text.
    virtual void unmatched(std::string_view bus, const std::string& event_id, std::string_view envelope) = 0;
};

}  // namespace rialto::bus
