#include "rialto/bus/event_bus.hpp"

#include <algorithm>
#include <utility>

#include "bus/registry.hpp"

namespace rialto::bus {

struct EventBus::Plan::State {
    Registrar::Plan plan;
};

EventBus::Plan::Plan(std::unique_ptr<State> state) : state_{std::move(state)} {}
EventBus::Plan::Plan(Plan&&) noexcept = default;
EventBus::Plan& EventBus::Plan::operator=(Plan&&) noexcept = default;
EventBus::Plan::~Plan() = default;

/// An event as text, and where it goes.
struct EventBus::Routed {
    std::string envelope;
    std::vector<Route> routes;
};

EventBus::EventBus(storage::Store& store, delivery::Dispatcher& dispatcher, const Clock& clock, Random& random,
                   Identity identity, metrics::Registry& metrics)
    : store_{store},
      dispatcher_{dispatcher},
      clock_{clock},
      random_{random},
      identity_{std::move(identity)},
      routed_{metrics.counter("rialto_bus_events_total", "Events put on buses")},
      matched_{metrics.counter("rialto_bus_matched_events_total", "Events that matched a rule")},
      registrar_{std::make_unique<Registrar>()} {}

EventBus::~EventBus() = default;

Result<EventBus::Plan> EventBus::prepare(const Rerouting& change) const {
    // Without the lock: nobody else changes the registrar meanwhile, and routing only reads.
    auto plan = registrar_->plan(change);
    if (!plan)
        return std::move(plan).error();
    return Plan{std::make_unique<Plan::State>(std::move(*plan))};
}

Task<Status> EventBus::keep(const Plan& plan) {
    if (plan.state_->plan.targets.empty())
        co_return Status{};
    co_return co_await dispatcher_.keep(plan.state_->plan.targets);
}

void EventBus::install(Plan plan) {
    const std::lock_guard lock{mutex_};
    registrar_->carry_out(std::move(plan.state_->plan));
}

model::Event EventBus::make_event(std::string source, std::string detail_type, std::string detail) const {
    model::Event event;
    event.id = uuid_v4(random_);
    event.detail_type = std::move(detail_type);
    event.source = std::move(source);
    event.account = identity_.account;
    event.time = clock_.now();
    event.region = identity_.region;
    event.detail = std::move(detail);
    return event;
}

storage::Outbox EventBus::route(std::string_view bus, const model::Event& event, int hops) {
    Routed routed{.envelope = model::to_json(event), .routes = {}};
    routed.routes = registry()->route(bus, routed.envelope);
    return owe(bus, event, hops, std::move(routed));
}

storage::Outbox EventBus::route_among(std::string_view bus, const model::Event& event,
                                      const std::vector<std::string>& arns) {
    Routed routed{.envelope = model::to_json(event), .routes = {}};
    routed.routes = registry()->route(bus, routed.envelope);
    std::erase_if(routed.routes, [&](const Route& route) { return std::ranges::find(arns, route.rule) == arns.end(); });
    return owe(bus, event, 0, std::move(routed));
}

storage::Outbox EventBus::route_to(const std::string& bus, const std::string& rule, const model::Event& event) {
    Routed routed{.envelope = model::to_json(event), .routes = {}};
    {
        const std::lock_guard lock{mutex_};
        routed.routes = registrar_->routes_of(bus, rule);
    }
    return owe(bus, event, 0, std::move(routed));
}

storage::Outbox EventBus::owe(std::string_view bus, const model::Event& event, int hops, Routed routed) {
    routed_.add();
    std::vector<storage::OwedDelivery> deliveries;
    for (auto& route : routed.routes)
        deliveries.push_back({store_.next_delivery_id(), std::move(route.target), std::move(route.rule)});
    if (observer_)
        observer_->routed(bus, event.id, routed.envelope, deliveries);
    if (deliveries.empty())
        return {};
    matched_.add();
    storage::OwedEvent owed{.id = event.id,
                            .bus = std::string{bus},
                            .ingested = clock_.now(),
                            .envelope = std::move(routed.envelope),
                            .hops = hops,
                            .deliveries = std::move(deliveries)};
    storage::Outbox outbox;
    outbox.push_back(std::move(owed));
    return outbox;
}

void EventBus::dispatch(storage::Outbox committed) { dispatcher_.dispatch(std::move(committed)); }

Task<Status> EventBus::put(std::string bus, model::Event event, int hops) {
    co_return co_await put(route(bus, event, hops));
}

Task<Status> EventBus::put(storage::Outbox outbox) {
    if (outbox.empty())
        co_return Status{};
    Status stored = co_await store_.deliveries().append(outbox);
    if (stored)
        dispatch(std::move(outbox));
    co_return stored;
}

bool EventBus::has(std::string_view bus) const { return registry()->has(bus); }

std::shared_ptr<const Registry> EventBus::registry() const {
    const std::lock_guard lock{mutex_};
    return registrar_->current();
}

}  // namespace rialto::bus
