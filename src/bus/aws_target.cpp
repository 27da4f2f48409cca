#include "rialto/bus/aws_target.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "rialto/bus/routing.hpp"
#include "rialto/json/members.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::bus {
namespace {

using json::object_of;
using json::text_of;

constexpr std::string_view kEntities = "entity-extraction";
constexpr std::string_view kPush = "websocket-push";

using Fields = model::ApiDestinationTarget::Fields;

Fields fields_of(const json::Object& object, std::string_view name) {
    Fields fields;
    if (const json::Object* map = object_of(object, name))
        for (const auto& [key, value] : *map)
            fields.emplace_back(key, *value.as_string());
    return fields;
}

model::TargetKind api_destination(const json::Object& aws, const std::string& arn) {
    model::ApiDestinationTarget target{.arn = arn, .headers = {}, .query = {}, .path_values = {}};
    if (const json::Object* http = object_of(aws, "HttpParameters")) {
        target.headers = fields_of(*http, "HeaderParameters");
        target.query = fields_of(*http, "QueryStringParameters");
        if (const json::Value* values = http->find("PathParameterValues"))
            for (const json::Value& value : *values->as_array())
                target.path_values.push_back(*value.as_string());
    }
    return target;
}

model::TargetKind function(const std::string& arn, const std::string& name) {
    if (name == kEntities)
        return model::EntitiesTarget{};
    if (name == kPush)
        return model::WebSocketTarget{};
    if (name.starts_with(kPush) && name[kPush.size()] == ':')
        return model::WebSocketTarget{.channel = name.substr(kPush.size() + 1)};
    return model::ForeignTarget{.arn = arn};
}

model::TargetKind log_file(const std::string& arn, std::string name) {
    if (name.ends_with(":*"))
        name.resize(name.size() - 2);
    // A log group's name is a path, of which a file's name is made.
    const auto unfit = [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.'; };
    std::ranges::replace_if(name, unfit, '-');
    constexpr std::size_t kLongest = 64;
    if (name.empty() || name.size() > kLongest)
        return model::ForeignTarget{.arn = arn};
    return model::LogTarget{.name = std::move(name)};
}

model::TargetKind kind_of(const json::Object& aws, const std::string& text, const model::Arn& arn,
                          const Identity& ours) {
    if (arn.service == "sqs") {
        const json::Object* sqs = object_of(aws, "SqsParameters");
        return model::QueueTarget{.arn = text, .group = sqs ? text_of(*sqs, "MessageGroupId") : std::string{}};
    }
    if (arn.service == "sns")
        return model::EmailTarget{.topic = arn.resource};
    if (arn.service == "events") {
        if (const auto bus = arn.name_after("event-bus/"))
            return model::BusTarget{.bus = bus_key(ours, {arn.account, arn.region}, *bus), .one_hop = true};
        if (arn.name_after("api-destination/"))
            return api_destination(aws, text);
    }
    if (arn.service == "lambda")
        if (const auto name = arn.name_after("function:"))
            return function(text, *name);
    if (arn.service == "logs")
        if (auto name = arn.name_after("log-group:"))
            return log_file(text, std::move(*name));
    return model::ForeignTarget{.arn = text};
}

Result<model::Input> transformer(const json::Object& aws) {
    model::TransformedInput input{.paths = {}, .input_template = text_of(aws, "InputTemplate")};
    if (const json::Object* paths = object_of(aws, "InputPathsMap"))
        for (const auto& [name, value] : *paths) {
            auto path = model::Path::parse(*value.as_string());
            if (!path)
                return std::move(path).error();
            input.paths.emplace_back(name, std::move(*path));
        }
    return model::Input{std::move(input)};
}

Result<model::Input> input_of(const json::Object& aws) {
    if (const json::Value* constant = aws.find("Input"))
        return model::Input{model::ConstantInput{*constant->as_string()}};
    if (const json::Value* path = aws.find("InputPath")) {
        if (path->as_string()->empty())
            return model::Input{model::ConstantInput{"{}"}};  // so AWS does
        auto parsed = model::Path::parse(*path->as_string());
        if (!parsed)
            return std::move(parsed).error();
        return model::Input{model::PathInput{std::move(*parsed)}};
    }
    if (const json::Object* given = object_of(aws, "InputTransformer"))
        return transformer(*given);
    return model::Input{model::WholeEvent{}};
}

void read_retry(const json::Object& aws, model::RetryPolicy& retry) {
    const json::Object* policy = object_of(aws, "RetryPolicy");
    if (!policy)
        return;
    if (const json::Value* attempts = policy->find("MaximumRetryAttempts"))
        retry.max_retries = static_cast<int>(attempts->as_int64().value_or(retry.max_retries));
    if (const json::Value* age = policy->find("MaximumEventAgeInSeconds"))
        retry.max_age = std::chrono::seconds{age->as_int64().value_or(retry.max_age.count())};
}

/// One overload each kind.
struct ArnOf {
    const Identity& owner;

    std::string arn(std::string_view service, std::string resource) const {
        return model::Arn{.service = std::string{service},
                          .region = owner.region,
                          .account = owner.account,
                          .resource = std::move(resource)}
            .text();
    }
    std::string operator()(const model::EmailTarget& email) const {
        return arn("sns", email.topic.empty() ? "topic-of-the-event" : email.topic);
    }
    std::string operator()(const model::ConfirmationTarget&) const { return arn("sns", "confirmation"); }
    std::string operator()(const model::EntitiesTarget&) const {
        return arn("lambda", "function:" + std::string{kEntities});
    }
    std::string operator()(const model::WebSocketTarget& push) const {
        const std::string channel = push.channel == model::WebSocketTarget{}.channel ? "" : ":" + push.channel;
        return arn("lambda", "function:" + std::string{kPush} + channel);
    }
    std::string operator()(const model::LogTarget& log) const { return arn("logs", "log-group:" + log.name); }
    std::string operator()(const model::BusTarget& target) const {
        const BusOfKey bus = bus_of(owner, target.bus);
        return ArnOf{bus.owner}.arn("events", "event-bus/" + bus.name);
    }
    std::string operator()(const auto& with_arn) const { return with_arn.arn; }
};

json::Object object_of_fields(const Fields& fields) {
    json::Object object;
    for (const auto& [name, value] : fields)
        object.set(name, value);
    return object;
}

/// What the kind needs beside its ARN.
void write_parameters(const model::TargetKind& kind, json::Object& aws) {
    if (const auto* queue = std::get_if<model::QueueTarget>(&kind); queue && !queue->group.empty())
        aws.set("SqsParameters", json::Object{{"MessageGroupId", queue->group}});
    const auto* destination = std::get_if<model::ApiDestinationTarget>(&kind);
    if (!destination)
        return;
    json::Object http;
    if (!destination->path_values.empty())
        http.set("PathParameterValues", json::Array(destination->path_values.begin(), destination->path_values.end()));
    if (!destination->headers.empty())
        http.set("HeaderParameters", object_of_fields(destination->headers));
    if (!destination->query.empty())
        http.set("QueryStringParameters", object_of_fields(destination->query));
    if (!http.empty())
        aws.set("HttpParameters", std::move(http));
}

void write_input(const model::Input& input, json::Object& aws) {
    if (const auto* constant = std::get_if<model::ConstantInput>(&input))
        aws.set("Input", constant->json);
    if (const auto* path = std::get_if<model::PathInput>(&input))
        aws.set("InputPath", path->path.text());
    const auto* transformed = std::get_if<model::TransformedInput>(&input);
    if (!transformed)
        return;
    json::Object paths;
    for (const auto& [name, path] : transformed->paths)
        paths.set(name, path.text());
    aws.set("InputTransformer",
            json::Object{{"InputPathsMap", std::move(paths)}, {"InputTemplate", transformed->input_template}});
}

}  // namespace

Result<model::Target> target_of(const json::Object& aws, const Identity& ours) {
    const std::string text = text_of(aws, "Arn");
    const auto arn = model::Arn::parse(text);
    if (!arn)
        return Error{Errc::InvalidArgument,
                     "Parameter " + text + " is not valid. Reason: Provided Arn is not in correct format."};
    auto input = input_of(aws);
    if (!input)
        return std::move(input).error();
    model::Target target{.id = text_of(aws, "Id"),
                         .kind = kind_of(aws, text, *arn, ours),
                         .input = std::move(*input),
                         .retry = {},
                         .dead_letter = {}};
    read_retry(aws, target.retry);
    if (const json::Object* config = object_of(aws, "DeadLetterConfig"))
        if (const std::string queue = text_of(*config, "Arn"); !queue.empty())
            target.dead_letter = model::QueueTarget{.arn = queue, .group = {}};
    return target;
}

model::TargetKind kind_of_arn(const std::string& arn, const Identity& ours) {
    const auto parsed = model::Arn::parse(arn);
    return parsed ? kind_of({}, arn, *parsed, ours) : model::TargetKind{model::ForeignTarget{.arn = arn}};
}

std::string arn_of(const model::TargetKind& kind, const Identity& owner) { return std::visit(ArnOf{owner}, kind); }

json::Object aws_target(const model::Target& target, const Identity& ours) {
    json::Object aws{{"Id", target.id}, {"Arn", arn_of(target.kind, ours)}};
    write_parameters(target.kind, aws);
    write_input(target.input, aws);
    if (target.dead_letter)
        aws.set("DeadLetterConfig", json::Object{{"Arn", arn_of(*target.dead_letter, ours)}});
    if (target.retry != model::RetryPolicy{})
        aws.set("RetryPolicy", json::Object{{"MaximumRetryAttempts", target.retry.max_retries},
                                            {"MaximumEventAgeInSeconds", target.retry.max_age.count()}});
    return aws;
}

}  // namespace rialto::bus
