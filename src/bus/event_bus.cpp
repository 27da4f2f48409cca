#include "rialto/bus/event_bus.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "bus/registry.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/json/value.hpp"
#include "rialto/model/envelope.hpp"

namespace rialto::bus {
namespace {

constexpr std::size_t kLongestKey = 64;

/// Finds in one event the keys by which targets want it in order. It is read when the first asks.
class KeyFinder {
public:
    /// `envelope` must outlive it.
    explicit KeyFinder(const std::string& envelope) : envelope_{envelope} {}

    /// Empty if the route wants no order, or the event has nothing where its path leads.
    std::string key(const Route& route) {
        if (!route.order_by)
            return {};
        if (!event_)
            event_ = json::parse(envelope_, model::kEnvelopeLimits);
        const auto value = *event_ ? route.order_by->find(**event_) : std::nullopt;
        if (!value)
            return {};
        std::string text = json::write(*value);
        return text.size() <= kLongestKey ? text : to_hex(sha256(text));
    }

private:
    const std::string& envelope_;
    std::optional<Result<json::Value>> event_;
};

}  // namespace

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
      direct_{metrics.counter("rialto_bus_direct_messages_total", "Events that went straight into a queue")},
      archived_{metrics.counter("rialto_bus_archived_events_total", "Events that went straight into an archive")},
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

EventBus::Routed EventBus::match(std::string_view bus, const model::Event& event) const {
    Routed routed{.envelope = model::to_json(event), .routes = {}};
    routed.routes = registry()->route(bus, routed.envelope);
    return routed;
}

storage::Outbox EventBus::route(std::string_view bus, const model::Event& event, int hops) {
    return owe(bus, event, hops, match(bus, event));
}

storage::Outbox EventBus::route_to(const std::string& bus, const std::string& rule, const model::Event& event) {
    Routed routed{.envelope = model::to_json(event), .routes = {}};
    {
        const std::lock_guard lock{mutex_};
        routed.routes = registrar_->routes_of(bus, rule);
    }
    return owe(bus, event, 0, std::move(routed));
}

void EventBus::count(const Routed& routed, std::string_view bus, const model::Event& event) {
    routed_.add();
    if (!routed.routes.empty())
        matched_.add();
    else if (unmatched_)
        unmatched_->unmatched(bus, event.id, routed.envelope);
}

void EventBus::route_into(Batch& batch, std::string_view bus, const model::Event& event, int hops) {
    add(batch, bus, event, hops, match(bus, event));
}

void EventBus::route_among(Batch& batch, std::string_view bus, const model::Event& event,
                           const std::vector<std::string>& arns) {
    Routed routed = match(bus, event);
    std::erase_if(routed.routes, [&](const Route& route) { return std::ranges::find(arns, route.rule) == arns.end(); });
    add(batch, bus, event, 0, std::move(routed));
}

void EventBus::add(Batch& batch, std::string_view bus, const model::Event& event, int hops, Routed routed) {
    if (observer_) {  // who wants to know of each delivery must see it made
        std::ranges::move(owe(bus, event, hops, std::move(routed)), std::back_inserter(batch.owed));
        return;
    }
    count(routed, bus, event);
    if (routed.routes.empty())
        return;
    KeyFinder keys{routed.envelope};
    storage::OwedEvent owed{.id = event.id,
                            .bus = std::string{bus},
                            .ingested = clock_.now(),
                            .envelope = {},
                            .hops = hops,
                            .trace_header = event.trace_header,
                            .deliveries = {}};
    for (Route& route : routed.routes) {
        storage::OwedDelivery delivery{store_.next_delivery_id(), std::move(route.target), std::move(route.rule),
                                       keys.key(route)};
        if (!goes_straight(batch, route, routed, event, delivery))
            owed.deliveries.push_back(std::move(delivery));
    }
    owed.envelope = std::move(routed.envelope);
    batch.owed.push_back(std::move(owed));
}

/// True if the route's queue or archive takes the event, which becomes the next of the batch.
bool EventBus::goes_straight(Batch& batch, const Route& route, const Routed& routed, const model::Event& event,
                             storage::OwedDelivery& delivery) {
    if (route.archive) {
        batch.entries.push_back({.event = batch.owed.size(),
                                 .archive = *route.archive,
                                 .sequence = delivery.id,
                                 .packed = store_.archives().pack(routed.envelope)});
        return true;
    }
    if (!express_ || !route.queue)
        return false;
    auto direct = express_->message(*route.queue, routed.envelope, event.trace_header);
    if (!direct)
        return false;
    batch.messages.push_back({.event = batch.owed.size(),
                              .otherwise = std::move(delivery),
                              .queue = direct->queue,
                              .message = std::move(direct->message)});
    return true;
}

storage::Outbox EventBus::owe(std::string_view bus, const model::Event& event, int hops, Routed routed) {
    count(routed, bus, event);
    KeyFinder keys{routed.envelope};
    std::vector<storage::OwedDelivery> deliveries;
    for (auto& route : routed.routes) {
        std::string key = keys.key(route);
        deliveries.push_back(
            {store_.next_delivery_id(), std::move(route.target), std::move(route.rule), std::move(key)});
    }
    if (observer_)
        observer_->routed(bus, event.id, routed.envelope, deliveries);
    if (deliveries.empty())
        return {};
    storage::OwedEvent owed{.id = event.id,
                            .bus = std::string{bus},
                            .ingested = clock_.now(),
                            .envelope = std::move(routed.envelope),
                            .hops = hops,
                            .trace_header = event.trace_header,
                            .deliveries = std::move(deliveries)};
    storage::Outbox outbox;
    outbox.push_back(std::move(owed));
    return outbox;
}

void EventBus::dispatch(storage::Outbox committed) { dispatcher_.dispatch(std::move(committed)); }

void EventBus::dispatch(Batch committed, bool all_queues_there) {
    archived_.add(static_cast<double>(committed.entries.size()));
    if (!committed.messages.empty()) {
        if (all_queues_there)
            direct_.add(static_cast<double>(committed.messages.size()));
        express_->placed(committed.messages);
    }
    if (!all_queues_there)
        dispatcher_.rescan();  // what a queue that is gone did not take is owed after all
    std::erase_if(committed.owed, [](const storage::OwedEvent& event) { return event.deliveries.empty(); });
    dispatch(std::move(committed.owed));
}

Task<Status> EventBus::put(std::string bus, model::Event event, int hops) {
    Batch batch;
    route_into(batch, bus, event, hops);
    co_return co_await put(std::move(batch));
}

Task<Status> EventBus::put(Batch batch) {
    if (batch.owed.empty())
        co_return Status{};
    const auto shared = std::make_shared<Batch>(std::move(batch));
    const auto stored = co_await store_.deliveries().append(shared);
    if (!stored)
        co_return stored.error();
    dispatch(std::move(*shared), *stored);  // of which the store reads nothing any more
    co_return Status{};
}

bool EventBus::has(std::string_view bus) const { return registry()->has(bus); }

std::shared_ptr<const Registry> EventBus::registry() const {
    const std::lock_guard lock{mutex_};
    return registrar_->current();
}

}  // namespace rialto::bus
