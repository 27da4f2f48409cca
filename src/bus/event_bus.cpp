#include "rialto/bus/event_bus.hpp"

#include <utility>

#include "bus/registry.hpp"

namespace rialto::bus {

EventBus::EventBus(storage::Store& store, delivery::Dispatcher& dispatcher, const Clock& clock, Random& random,
                   Identity identity, metrics::Registry& metrics)
    : store_{store},
      dispatcher_{dispatcher},
      clock_{clock},
      random_{random},
      identity_{std::move(identity)},
      routed_{metrics.counter("rialto_bus_events_total", "Events put on buses")},
      matched_{metrics.counter("rialto_bus_matched_events_total", "Events that matched a rule")},
      registry_{std::make_shared<const Registry>()} {}

EventBus::~EventBus() = default;

Task<Status> EventBus::apply(std::vector<model::Bus> buses) {
    auto next = Registry::build(buses, identity_);
    if (!next)
        co_return std::move(next).error();
    Status kept = co_await dispatcher_.keep((*next)->targets());
    if (!kept)
        co_return kept;
    const std::lock_guard lock{mutex_};
    registry_ = std::move(*next);
    co_return Status{};
}

model::Event EventBus::make_event(std::string source, std::string detail_type, std::string detail) const {
    return {.id = uuid_v4(random_),
            .detail_type = std::move(detail_type),
            .source = std::move(source),
            .account = identity_.account,
            .time = clock_.now(),
            .region = identity_.region,
            .replay_name = {},
            .resources = {},
            .detail = std::move(detail)};
}

storage::Outbox EventBus::route(std::string_view bus, const model::Event& event) {
    routed_.add();
    std::string envelope = model::to_json(event);
    auto routes = registry()->route(bus, envelope);
    if (routes.empty())
        return {};
    matched_.add();
    storage::OwedEvent owed{.id = event.id,
                            .bus = std::string{bus},
                            .ingested = clock_.now(),
                            .envelope = std::move(envelope),
                            .deliveries = {}};
    for (auto& route : routes)
        owed.deliveries.push_back({store_.next_delivery_id(), std::move(route.target), std::move(route.rule)});
    return {std::move(owed)};
}

void EventBus::dispatch(storage::Outbox committed) { dispatcher_.dispatch(std::move(committed)); }

Task<Status> EventBus::put(std::string bus, model::Event event) {
    storage::Outbox outbox = route(bus, event);
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
    return registry_;
}

}  // namespace rialto::bus
