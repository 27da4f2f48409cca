#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/model/event.hpp"
#include "rialto/model/rule.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::bus {

class Registry;

/// Who we are on the wire.
struct Identity {
    std::string account = "000000000000";
    std::string region = "us-east-1";
};

/// The buses and their rules: routes each event to the targets of the rules that it matches.
///
/// Routing reads an immutable snapshot of the rules, which apply() swaps whole. Thread-safe.
class EventBus {
public:
    /// All references must outlive the bus.
    EventBus(storage::Store& store, delivery::Dispatcher& dispatcher, const Clock& clock, Random& random,
             Identity identity, metrics::Registry& metrics);
    ~EventBus();

    /// Replaces every bus and rule. Their targets are durable before the first event is routed to them. On an error
    /// (InvalidArgument: a pattern; Unavailable: the store) nothing changes.
    Task<Status> apply(std::vector<model::Bus> buses);

    /// A new event of ours, happening now. The detail is the JSON text of an object.
    model::Event make_event(std::string source, std::string detail_type, std::string detail) const;

    /// What an event on a bus owes to whom: nothing if no rule matches, or there is no such bus. To be stored together
    /// with what caused the event, and then handed to dispatch().
    storage::Outbox route(std::string_view bus, const model::Event& event);

    /// Starts the deliveries of what was just committed.
    void dispatch(storage::Outbox committed);

    /// Routes, stores and dispatches one event that nothing else is stored with. Durable when it completes.
    Task<Status> put(std::string bus, model::Event event);

    const Identity& identity() const { return identity_; }

    /// True if there is a bus of that name.
    bool has(std::string_view bus) const;

private:
    std::shared_ptr<const Registry> registry() const;

    storage::Store& store_;
    delivery::Dispatcher& dispatcher_;
    const Clock& clock_;
    Random& random_;
    const Identity identity_;
    metrics::Counter& routed_;
    metrics::Counter& matched_;
    mutable std::mutex mutex_;  // guards the pointer below, for as long as it takes to copy it
    std::shared_ptr<const Registry> registry_;
};

}  // namespace rialto::bus
