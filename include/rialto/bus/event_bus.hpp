#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/bus/identity.hpp"
#include "rialto/bus/observer.hpp"
#include "rialto/bus/routing.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/model/event.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::bus {

class Registry;
class Registrar;
struct Route;

/// Queues of this server, which can take an event in the very transaction that accepts it.
class Express {
public:
    virtual ~Express() = default;

    /// The message that the event is to a queue, if that can take it so. An empty `trace_header` is none.
    struct Message {
        storage::QueueId queue = 0;
        storage::NewMessage message;
    };
    virtual std::optional<Message> message(const std::string& queue_arn, const std::string& body,
                                           const std::string& trace_header) = 0;

    /// They are in their queues.
    virtual void placed(const std::vector<storage::DirectMessage>& messages) = 0;
};

using storage::Batch;

/// The buses and their rules: routes each event to the targets of the rules that it matches. Buses go by their keys.
///
/// Routing reads an immutable snapshot of the rules, which a change swaps whole. Thread-safe.
class EventBus {
public:
    /// All references must outlive the bus.
    EventBus(storage::Store& store, delivery::Dispatcher& dispatcher, const Clock& clock, Random& random,
             Identity identity, metrics::Registry& metrics);
    ~EventBus();

    /// Tells `observer`, which must outlive the bus, of each event from now on. Set before the first.
    void observe(Observer& observer) { observer_ = &observer; }
    /// The same for events that match nothing.
    void observe(UnmatchedObserver& observer) { unmatched_ = &observer; }

    /// A change that has been looked at and has only to be put in force.
    class Plan {
    public:
        Plan(Plan&&) noexcept;
        Plan& operator=(Plan&&) noexcept;
        ~Plan();

    private:
        friend class EventBus;
        struct State;
        explicit Plan(std::unique_ptr<State> state);
        std::unique_ptr<State> state_;
    };

    /// Changes of buses and rules are made one after the other: prepare(), keep(), install(), with the change stored in
    /// between. InvalidArgument: a pattern is not valid.
    Result<Plan> prepare(const Rerouting& change) const;
    /// Makes the targets of the change durable, which they must be before an event is routed to them.
    Task<Status> keep(const Plan& plan);
    void install(Plan plan);

    /// A new event of ours, happening now. The detail is the JSON text of an object.
    model::Event make_event(std::string source, std::string detail_type, std::string detail) const;

    /// What an event on a bus owes to whom: nothing if no rule matches, or there is no such bus. To be stored together
    /// with what caused the event, and then handed to dispatch(). `hops`: how often it was forwarded.
    storage::Outbox route(std::string_view bus, const model::Event& event, int hops = 0);
    /// What an event owes to the targets of one rule, whatever its pattern, if it is there and enabled.
    storage::Outbox route_to(const std::string& bus, const std::string& rule, const model::Event& event);

    /// Routes an event like route(), but lets queues and archives of this server take it straight away where they can.
    void route_into(Batch& batch, std::string_view bus, const model::Event& event, int hops = 0);
    /// The same, but only by those of the matching rules that are named, by their ARNs.
    void route_among(Batch& batch, std::string_view bus, const model::Event& event,
                     const std::vector<std::string>& arns);

    /// Starts the deliveries of what was just committed.
    void dispatch(storage::Outbox committed);
    /// The same of a batch, of which not all queues may have been there.
    void dispatch(Batch committed, bool all_queues_there);

    /// Routes, stores and dispatches one event that nothing else is stored with. Durable when it completes.
    Task<Status> put(std::string bus, model::Event event, int hops = 0);
    /// Stores and dispatches what was routed. Durable when it completes.
    Task<Status> put(Batch batch);

    /// Set before use; must outlive the bus.
    void use(Express& express) { express_ = &express; }

    const Identity& identity() const { return identity_; }

    /// True if there is a bus of that key.
    bool has(std::string_view bus) const;

private:
    struct Routed;
    std::shared_ptr<const Registry> registry() const;
    void count(const Routed& routed, std::string_view bus, const model::Event& event);
    Routed match(std::string_view bus, const model::Event& event) const;
    storage::Outbox owe(std::string_view bus, const model::Event& event, int hops, Routed routed);
    void add(Batch& batch, std::string_view bus, const model::Event& event, int hops, Routed routed);
    bool goes_straight(Batch& batch, const Route& route, const Routed& routed, const model::Event& event,
                       storage::OwedDelivery& delivery);

    storage::Store& store_;
    delivery::Dispatcher& dispatcher_;
    const Clock& clock_;
    Random& random_;
    const Identity identity_;
    Observer* observer_ = nullptr;
    UnmatchedObserver* unmatched_ = nullptr;
    metrics::Counter& routed_;
    metrics::Counter& matched_;
    metrics::Counter& direct_;
    metrics::Counter& archived_;
    Express* express_ = nullptr;
    mutable std::mutex mutex_;  // guards the registrar: to copy a pointer, or for the length of a change
    std::unique_ptr<Registrar> registrar_;
};

}  // namespace rialto::bus
