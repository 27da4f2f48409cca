#include "targets/target_arn.hpp"

#include <algorithm>
#include <variant>

namespace rialto::targets {
namespace {

/// `REGION:ACCOUNT` of an ARN.
std::string_view place_of(std::string_view arn) {
    for (int colons = 0; colons < 3; ++colons)
        arn.remove_prefix(std::min(arn.size(), arn.find(':') + 1));
    const auto region = arn.find(':');
    return arn.substr(0, region == std::string_view::npos ? arn.size() : arn.find(':', region + 1));
}

/// One overload each kind.
struct Writer {
    std::string_view place;

    std::string arn(std::string_view service, std::string_view resource) const {
        return std::string{"arn:aws:"}.append(service).append(":").append(place).append(":").append(resource);
    }
    std::string operator()(const model::EmailTarget&) const { return arn("sns", "email"); }
    std::string operator()(const model::ConfirmationTarget&) const { return arn("sns", "confirmation"); }
    std::string operator()(const model::EntitiesTarget&) const { return arn("lambda", "function:entity-extraction"); }
    std::string operator()(const model::WebSocketTarget&) const { return arn("lambda", "function:websocket-push"); }
    std::string operator()(const model::LogTarget& log) const { return arn("logs", "log-group:" + log.name); }
    std::string operator()(const model::BusTarget& bus) const { return arn("events", "event-bus/" + bus.bus); }
    std::string operator()(const auto& with_arn) const { return with_arn.arn; }
};

}  // namespace

std::string target_arn(const model::TargetKind& kind, std::string_view rule_arn) {
    return std::visit(Writer{place_of(rule_arn)}, kind);
}

}  // namespace rialto::targets
