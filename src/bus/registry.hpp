#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/model/rule.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::bus {

/// One state of all buses and rules, ready to match. Immutable.
class Registry {
public:
    /// InvalidArgument names the bus and the rule whose pattern is not valid.
    static Result<std::shared_ptr<const Registry>> build(const std::vector<model::Bus>& buses,
                                                         const Identity& identity);

    bool has(std::string_view bus) const { return buses_.contains(bus); }

    /// A target that an event goes to, and the rule that says so.
    struct Route {
        std::string target;  ///< Key of the stored target.
        std::string rule;    ///< ARN.
    };
    /// `envelope` is the event's JSON text. Empty if nothing matches.
    std::vector<Route> route(std::string_view bus, std::string_view envelope) const;

    /// Every target of every rule, also of those that are disabled.
    std::vector<delivery::RuleTarget> targets() const;

private:
    struct Rule {
        std::string arn;
        std::vector<std::string> target_keys;
    };
    struct Bus {
        pattern::Matcher matcher;
        std::vector<Rule> rules;  // by the matcher's RuleId
    };

    std::map<std::string, Bus, std::less<>> buses_;
    std::vector<delivery::RuleTarget> targets_;
};

}  // namespace rialto::bus
