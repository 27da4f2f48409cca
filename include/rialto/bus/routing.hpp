#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/bus/identity.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::bus {

/// What stands for a bus wherever events are routed and kept: its name if it is ours, else with its owner before it.
std::string bus_key(const Identity& ours, const Identity& owner, std::string_view name);

/// Who owns the bus that a key stands for, and its name.
struct BusOfKey {
    Identity owner;
    std::string name;
};
BusOfKey bus_of(const Identity& ours, std::string_view bus_key);

/// A rule as events are routed by it.
struct RoutedRule {
    std::string bus;  ///< Key.
    std::string name;
    std::string arn;
    std::string pattern;  ///< JSON text; empty: no event matches, but a schedule may fire it.
    bool enabled = true;
    std::vector<model::Target> targets;
};

/// A change of buses and rules, in which no bus and no rule stands twice. A bus that goes takes its rules with it.
struct Rerouting {
    std::vector<std::string> buses;  ///< Keys of those that there are from now on.
    std::vector<std::string> gone_buses;
    std::vector<RoutedRule> rules;                                ///< New, or in place of those of the same name.
    std::vector<std::pair<std::string, std::string>> gone_rules;  ///< Bus and name.
};

/// InvalidArgument if the rules send events in a circle, in which they would go for ever.
Status check_no_circle(const std::vector<model::Bus>& buses);

}  // namespace rialto::bus
