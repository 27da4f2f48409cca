#include "rialto/bus/routing.hpp"

#include <map>
#include <set>

#include "rialto/bus/resources.hpp"

namespace rialto::bus {
namespace {

/// Which buses each bus forwards events to, by targets and by dead-letter targets.
using Forwards = std::map<std::string, std::set<std::string>>;

Forwards forwards_of(const std::vector<model::Bus>& buses) {
    Forwards forwards;
    for (const model::Bus& bus : buses)
        for (const model::Rule& rule : bus.rules)
            for (const model::Target& target : rule.targets) {
                if (const auto* next = std::get_if<model::BusTarget>(&target.kind))
                    forwards[bus.name].insert(next->bus);
                if (const auto* next =
                        target.dead_letter ? std::get_if<model::BusTarget>(&*target.dead_letter) : nullptr)
                    forwards[bus.name].insert(next->bus);
            }
    return forwards;
}

/// The buses that an event can reach from `bus`.
void reach(const Forwards& forwards, const std::string& bus, std::set<std::string>& reached) {
    const auto found = forwards.find(bus);
    if (found == forwards.end())
        return;
    for (const std::string& next : found->second)
        if (reached.insert(next).second)
            reach(forwards, next, reached);
}

}  // namespace

std::string bus_key(const Identity& ours, const Identity& owner, std::string_view name) {
    return owner == ours ? std::string{name} : key_of(owner, name);
}

BusOfKey bus_of(const Identity& ours, std::string_view bus_key) {
    const auto region = bus_key.find(':');
    const auto name = region == std::string_view::npos ? region : bus_key.find(':', region + 1);
    if (name == std::string_view::npos)
        return {.owner = ours, .name = std::string{bus_key}};
    return {.owner = {.account = std::string{bus_key.substr(0, region)},
                      .region = std::string{bus_key.substr(region + 1, name - region - 1)}},
            .name = std::string{bus_key.substr(name + 1)}};
}

Status check_no_circle(const std::vector<model::Bus>& buses) {
    const Forwards forwards = forwards_of(buses);
    for (const model::Bus& bus : buses) {
        std::set<std::string> reached;
        reach(forwards, bus.name, reached);
        if (reached.contains(bus.name))
            return Error{Errc::InvalidArgument,
                         "bus " + bus.name + ": its rules send events in a circle, back to itself"};
    }
    return {};
}

}  // namespace rialto::bus
