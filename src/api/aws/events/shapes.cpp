#include "api/aws/events/shapes.hpp"

namespace rialto::api::aws::events {

Shape event_bus_name() { return string().at_least(1).at_most(256).matching(R"([/\.\-_A-Za-z0-9]+)"); }

Shape event_bus_name_or_arn() {
    return string().at_least(1).at_most(1600).matching(
        R"((arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+)");
}

Shape non_partner_event_bus_name() { return string().at_least(1).at_most(256).matching(R"([\.\-_A-Za-z0-9]+)"); }

Shape event_source_name() {
    return string().at_least(1).at_most(256).matching(R"(aws\.partner(/[\.\-_A-Za-z0-9]+){2,})");
}

Shape resource_name() { return string().at_least(1).at_most(64).matching(R"([\.\-_A-Za-z0-9]+)"); }

Shape archive_name() { return string().at_least(1).at_most(48).matching(R"([\.\-_A-Za-z0-9]+)"); }

Shape source_arn() {
    return string().at_least(1).at_most(1600).matching(
        R"(^arn:aws([a-z]|\-)*:events:([a-z]|\d|\-)*:([0-9]{12})?:.+\/.+$)");
}

Shape arn() { return string().at_least(1).at_most(1600); }

Shape description() { return string().at_most(512).matching(".*"); }

Shape kms_key() { return string().at_most(2048).matching(R"(^[a-zA-Z0-9_\-/:]*$)"); }

Shape iam_role() {
    return string().at_least(1).at_most(256).matching(R"(^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$)");
}

Shape account_id() { return string().at_least(12).at_most(12).matching(R"(\d{12})"); }

Shape dead_letter_config() { return structure("DeadLetterConfig", {optional("Arn", arn())}); }

Shape log_config() {
    return structure("LogConfig", {optional("IncludeDetail", string().one_of({"NONE", "FULL"})),
                                   optional("Level", string().one_of({"OFF", "ERROR", "INFO", "TRACE"}))});
}

Shape tags() {
    return list(structure("Tag", {required("Key", string().at_least(1).at_most(128)),
                                  required("Value", string().at_least(0).at_most(256))}));
}

Shape limit() { return integer().at_least(1).at_most(100); }

Shape next_token() { return string().at_least(1).at_most(2048); }

Shape https_endpoint() {
    return string().at_least(1).at_most(2048).matching(
        R"(^((%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@\x26=+$,A-Za-z0-9])+)([).!';/?:,])?$)");
}

}  // namespace rialto::api::aws::events
