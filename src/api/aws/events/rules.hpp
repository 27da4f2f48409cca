#pragma once

#include <string>
#include <string_view>

#include "api/aws/events/support.hpp"

/// Rules. A document has Name, EventBusName, State, CreatedBy and, as far as they were given, EventPattern,
/// ScheduleExpression, Description, RoleArn, ManagedBy, Tags, and Targets, as PutTargets has them. That of an archive's
/// own rule has the archive's ARN as Archive. Since is when its schedule began: when it was made, changed or enabled.
namespace rialto::api::aws::events {

/// A rule that a request names, on the bus that it names, for a caller that may do `action` ("PutTargets") there.
struct FoundRule {
    BusName bus;
    std::string name;
    Document document;

    std::string key() const { return bus::rule_key(bus.owner, bus.name, name); }
    std::string arn() const;
};

/// ResourceNotFound if the bus or the rule is not there. `member` names the rule in the request.
Outcome<FoundRule> find_rule(const Resources& resources, const Invocation& call, std::string_view member,
                             std::string_view action, TimePoint born);

/// Rules of the configuration nobody may change, those of archives only by force. ManagedRule.
Outcome<void> check_may_change(const json::Object& rule, bool force = false);

std::string rule_arn(const BusName& bus, std::string_view rule);

}  // namespace rialto::api::aws::events
