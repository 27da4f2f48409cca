#include "rialto/targets/bus.hpp"

#include <optional>
#include <string>
#include <utility>

#include "rialto/base/id.hpp"
#include "rialto/bus/policy.hpp"
#include "rialto/bus/routing.hpp"
#include "rialto/json/value.hpp"
#include "rialto/model/arn.hpp"
#include "rialto/model/event.hpp"

namespace rialto::targets {
namespace {

/// From the bus of the rule to that of the target.
struct Hop {
    bus::BusOfKey from;
    bus::BusOfKey to;
    bool between_regions() const { return from.owner.region != to.owner.region; }
};

delivery::Failed refused(std::string code, std::string message) {
    return {.error = {Errc::Rejected, std::move(message)}, .code = std::move(code), .final = true};
}

/// An event keeps the region in which it was first put on a bus: if that is another, a hop between regions was made.
std::optional<delivery::Failed> check_hops(const Hop& hop, const delivery::Attempt& attempt,
                                           const model::Event& event) {
    const int between = attempt.hops > 0 && event.region != hop.from.owner.region ? 1 : 0;
    const int within = attempt.hops - between;
    if ((hop.between_regions() ? between : within) == 0)
        return std::nullopt;
    return refused(hop.between_regions() ? "THIRD_REGION_HOP_DETECTED" : "THIRD_ACCOUNT_HOP_DETECTED",
                   "Events received from another event bus cannot be forwarded to this event bus.");
}

/// Whether the target's bus takes the event; nothing for a bus that is not there.
std::optional<bool> may_put(const bus::Resources& resources, const Hop& hop, const std::string& bus_arn,
                            const delivery::Attempt& attempt, const model::Event& event) {
    const bus::Document found = resources.find(bus::Kind::Bus, bus::key_of(hop.to.owner, hop.to.name));
    if (!found && hop.to.name != "default")
        return std::nullopt;
    if (hop.from.owner.account == hop.to.owner.account)
        return true;
    const json::Value* policy = found ? found->find("Policy") : nullptr;
    return policy && bus::permits(*policy->as_string(), {.account = hop.from.owner.account,
                                                         .action = "events:PutEvents",
                                                         .resource = bus_arn,
                                                         .context = {{"events:source", event.source},
                                                                     {"events:detail-type", event.detail_type},
                                                                     {"events:eventBusInvocation", "true"},
                                                                     {"aws:SourceArn", attempt.rule}}});
}

}  // namespace

Task<delivery::Outcome> Bus::deliver(const delivery::Attempt& attempt) {
    auto event = model::event_from_json(json::write(attempt.event));
    if (!event)
        co_return delivery::failed(std::move(event).error());
    const auto& target = std::get<model::BusTarget>(attempt.target);
    const bus::Identity& ours = catalog_.identity();
    const Hop hop{.from = bus::bus_of(ours, attempt.bus), .to = bus::bus_of(ours, target.bus)};
    if (target.one_hop)
        if (auto refusal = check_hops(hop, attempt, *event))
            co_return std::move(*refusal);

    const std::string arn = model::Arn{.service = "events",
                                       .region = hop.to.owner.region,
                                       .account = hop.to.owner.account,
                                       .resource = "event-bus/" + hop.to.name}
                                .text();
    const auto allowed =
        catalog_.read([&](const bus::Resources& resources) { return may_put(resources, hop, arn, attempt, *event); });
    if (!allowed)
        co_return delivery::Delivered{};
    if (!*allowed)
        co_return refused("NO_PERMISSIONS",
                          "User: arn:aws:iam::" + hop.from.owner.account +
                              ":root is not authorized to perform: events:PutEvents on resource: " + arn +
                              " because no resource-based policy allows the events:PutEvents action");

    event->trace_header = attempt.trace_header;
    if (hop.between_regions()) {
        event->id = uuid_of(target.bus + '\n' + event->id);  // the same each time that the delivery is tried
        event->time = attempt.ingested;
    }
    Status put = co_await bus_.put(target.bus, std::move(*event), attempt.hops + 1);
    if (!put)
        co_return delivery::failed(std::move(put).error());
    co_return delivery::Delivered{};
}

}  // namespace rialto::targets
