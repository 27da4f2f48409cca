#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/bus/routing.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/model/path.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::bus {

/// A target that an event goes to, and the rule that says so.
struct Route {
    std::string target;  ///< Key of the stored target.
    std::string rule;    ///< ARN.
    /// ARN of the queue that gets the event as it is, if that is what the target says.
    std::shared_ptr<const std::string> queue;
    /// The archive that gets it so, likewise.
    std::shared_ptr<const std::string> archive{};
    /// Leads to the value whose deliveries are made in order; null: in no order.
    std::shared_ptr<const model::Path> order_by{};
};

/// One state of all buses and rules, ready to match. Immutable; the next one shares with it what does not change.
class Registry {
public:
    bool has(std::string_view bus) const { return buses_.contains(bus); }

    /// `envelope` is the event's JSON text. Empty if nothing matches, or there is no such bus.
    std::vector<Route> route(std::string_view bus, std::string_view envelope) const;

private:
    friend class Registrar;

    struct Rule {
        std::vector<Route> routes;
        bool enabled = true;
    };
    struct Bus {
        pattern::Matcher matcher;
        std::vector<std::shared_ptr<const Rule>> rules;  // by the matcher's RuleId; null: the id is free
    };

    std::map<std::string, std::shared_ptr<const Bus>, std::less<>> buses_;
};

/// Makes registries, one after the other. Knows which rule has which id, which routing has no need of. Not thread-safe.
class Registrar {
public:
    /// The next registry, and what is to be done when it takes over.
    struct Plan {
        struct BusIds {
            std::vector<std::pair<std::string, pattern::RuleId>> given;
            std::vector<std::string> gone;
            std::size_t reused = 0;  ///< Of the free ids, from the last on.
        };
        std::shared_ptr<const Registry> registry;
        std::vector<delivery::RuleTarget> targets;  ///< That may be new.
        std::map<std::string, BusIds> ids;
        std::vector<std::string> gone_buses;
    };

    const std::shared_ptr<const Registry>& current() const { return current_; }

    /// InvalidArgument names the rule whose pattern is not valid. A plan holds for the state that it was made in.
    Result<Plan> plan(const Rerouting& change) const;
    void carry_out(Plan plan);

    /// What an event owes to the targets of that rule if it is enabled, whatever its pattern.
    std::vector<Route> routes_of(const std::string& bus, const std::string& rule) const;

private:
    struct Ids {
        std::unordered_map<std::string, pattern::RuleId> by_name;
        std::vector<pattern::RuleId> free;
    };
    using Bus = Registry::Bus;

    Bus copy_of(const std::string& bus) const;
    Status set_rule(Bus& bus, Plan& plan, const RoutedRule& rule) const;
    void drop_rule(Bus& bus, Plan& plan, const std::string& name, const std::string& bus_key) const;
    pattern::RuleId id_for(const Bus& bus, Plan::BusIds& ids, const std::string& bus_key,
                           const std::string& name) const;

    std::shared_ptr<const Registry> current_ = std::make_shared<const Registry>();
    std::map<std::string, Ids> ids_;
};

}  // namespace rialto::bus
