#include "api/aws/events/target_check.hpp"

#include <algorithm>
#include <array>

#include "rialto/model/arn.hpp"
#include "rialto/model/input.hpp"

namespace rialto::api::aws::events {
namespace {

std::unexpected<Failure> invalid(std::string message) { return failure(Exception::Validation, std::move(message)); }

std::string syntax_error(const std::string& text) { return "[Source: (String)\"" + text + "\"; line: 1, column: 1]."; }

Outcome<void> check_path(const json::Object& target, const std::string& id) {
    const auto path = text_in(target, "InputPath");
    if (path && !path->empty() && !model::Path::parse(*path))
        return invalid("InputPath for target " + id + " is invalid.");
    return {};
}

Outcome<void> check_constant(const json::Object& target, const std::string& id) {
    constexpr json::ParseLimits kAsJackson{.depth = 1000, .reject_duplicate_keys = false, .reject_half_pairs = false};
    const auto input = text_in(target, "Input");
    if (input && !input->empty() && !json::parse(*input, kAsJackson)) {
        std::string where = syntax_error(*input);
        where.pop_back();  // this message alone ends without a full stop
        return invalid("JSON syntax error in input for target " + id + ": " + where);
    }
    return {};
}

Outcome<void> told(const model::TransformerFault& fault, const std::string& id, const std::string& text) {
    using Kind = model::TransformerFault::Kind;
    switch (fault.kind) {
        case Kind::Placeholder:
            return invalid("InputTemplate for target " + id + " contains invalid placeholder " + fault.name + ".");
        case Kind::NeedsObject:
            return invalid("InputTemplate for target " + id + " contains placeholder " + fault.name +
                           " valid only for JSON template.");
        case Kind::InKey:
            return invalid("InputTemplate placeholder present as a JSON object key for target " + id + ".");
        case Kind::Names:
            return invalid("InputPathsMap for target " + id + " is invalid: " + fault.message + ".");
        case Kind::Length:
        case Kind::Form:
            break;
    }
    return invalid("Invalid InputTemplate for target " + id + " : " + syntax_error(text));
}

Outcome<void> check_transformer(const json::Object& target, const std::string& id) {
    const json::Object* given = object_of(target, "InputTransformer");
    if (!given)
        return {};
    model::TransformedInput input{.paths = {}, .input_template = text_of(*given, "InputTemplate")};
    if (const json::Object* paths = object_of(*given, "InputPathsMap"))
        for (const auto& [name, value] : *paths) {
            auto path = model::Path::parse(*value.as_string());
            if (!path)
                return invalid("InputPath for target " + id + " is invalid.");
            if (name.starts_with("AWS."))
                return invalid("InputPathsMap for target " + id + " is invalid: AWS. is reserved.");
            input.paths.emplace_back(name, std::move(*path));
        }
    if (const auto fault = model::fault_of(input))
        return told(*fault, id, input.input_template);
    return {};
}

/// AWS names no number; a connection's parameters end there.
Outcome<void> check_http(const json::Object& target, const std::string& id) {
    constexpr std::size_t kMost = 100;
    const json::Object* parameters = object_of(target, "HttpParameters");
    for (const char* name : {"HeaderParameters", "QueryStringParameters"})
        if (const json::Object* fields = parameters ? object_of(*parameters, name) : nullptr;
            fields && fields->size() > kMost)
            return invalid(std::string{name} + " for target " + id + " has more than " + std::to_string(kMost) +
                           " members.");
    return {};
}

Outcome<void> check_bus(const json::Object& target, const std::string& id, const std::string& arn, const BusName& bus) {
    if (!target.find("RoleArn"))
        return invalid("RoleArn is required for target " + arn + ".");
    for (const char* name : {"Input", "InputPath", "InputTransformer", "RetryPolicy"})
        if (target.find(name))
            return invalid(std::string{name} + " is not supported for target " + id + ".");
    if (const auto named = model::Arn::parse(arn);  // whatever its partition
        named && Identity{named->account, named->region} == bus.owner && named->name_after("event-bus/") == bus.name)
        return invalid("An event bus cannot be a target of its own rule.");
    return {};
}

Outcome<void> check_family(const json::Object& target, const std::string& id, const model::Arn& arn,
                           const BusName& bus) {
    if (arn.service == "sqs" && arn.resource.ends_with(".fifo") && !object_of(target, "SqsParameters"))
        return invalid("Parameter(s) SqsParameters must be specified for target: " + id + ".");
    if (arn.service != "sqs" && object_of(target, "SqsParameters"))
        return invalid("Parameter(s) SqsParameters must not be specified for target: " + id + ".");
    if (arn.service == "logs")
        for (const char* name : {"RoleArn", "Input", "InputPath"})
            if (target.find(name))
                return invalid(std::string{name} + " is not supported for target " + id + ".");
    if (arn.service == "events" && !arn.name_after("event-bus/") && !arn.name_after("api-destination/"))
        return invalid("Parameter " + arn.text() + " is not valid. Reason: Provided Arn is not in correct format.");
    if (arn.service == "events" && arn.name_after("event-bus/"))
        return check_bus(target, id, arn.text(), bus);
    return {};
}

}  // namespace

Outcome<void> check_target(const json::Object& target, const BusName& bus) {
    const std::string id = text_of(target, "Id");
    const std::string text = text_of(target, "Arn");
    const auto given = std::ranges::count_if(std::array{"Input", "InputPath", "InputTransformer"},
                                             [&](const char* name) { return target.find(name) != nullptr; });
    if (given > 1)
        return invalid("Only one of Input, InputPath, or InputTransformer must be provided for target " + id + ".");
    const auto arn = model::Arn::parse(text);
    if (!arn)
        return invalid("Parameter " + text + " is not valid. Reason: Provided Arn is not in correct format.");
    for (auto checked : {check_path(target, id), check_constant(target, id), check_transformer(target, id),
                         check_http(target, id), check_family(target, id, *arn, bus)})
        if (!checked)
            return checked;
    return {};
}

}  // namespace rialto::api::aws::events
