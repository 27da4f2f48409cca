#include "rialto/model/rule.hpp"

#include <array>

namespace rialto::model {

std::string_view name_of(const TargetKind& kind) {
    static constexpr std::array<std::string_view, std::variant_size_v<TargetKind>> kNames{
        "email", "confirmation", "entities",       "websocket", "log",
        "bus",   "queue",        "apiDestination", "archive",   "foreign"};  // in the order of the variant
    return kNames[kind.index()];
}

std::string rule_arn(std::string_view region, std::string_view account, std::string_view bus, std::string_view rule) {
    std::string arn = "arn:aws:events:";
    arn.append(region).append(":").append(account).append(":rule/");
    if (bus != "default")
        arn.append(bus).append("/");
    return arn.append(rule);
}

}  // namespace rialto::model
