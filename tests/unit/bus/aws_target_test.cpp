#include "rialto/bus/aws_target.hpp"

#include <catch2/catch.hpp>

namespace rialto::bus {
namespace {

json::Object aws(const std::string& arn) { return {{"Id", "t"}, {"Arn", arn}}; }

model::TargetKind kind(json::Object given) {
    const auto target = target_of(given, {});
    REQUIRE(target);
    return target->kind;
}
model::TargetKind kind(const std::string& arn) { return kind(aws(arn)); }

TEST_CASE("a target's ARN names what it is delivered to", "[aws]") {
    const std::string us = "us-east-1:000000000000:";

    CHECK(kind("arn:aws:sqs:" + us + "q") ==
          model::TargetKind{model::QueueTarget{.arn = "arn:aws:sqs:" + us + "q", .group = {}}});
    CHECK(kind("arn:aws:sns:" + us + "travel") == model::TargetKind{model::EmailTarget{.topic = "travel"}});
    CHECK(kind("arn:aws:events:" + us + "event-bus/b") ==
          model::TargetKind{model::BusTarget{.bus = "b", .one_hop = true}});
    CHECK(kind("arn:aws:events:eu-west-1:000000000000:event-bus/b") ==
          model::TargetKind{model::BusTarget{.bus = "000000000000:eu-west-1:b", .one_hop = true}});
    CHECK(kind("arn:aws:events:us-east-1:111111111111:event-bus/b") ==
          model::TargetKind{model::BusTarget{.bus = "111111111111:us-east-1:b", .one_hop = true}});
    CHECK(kind("arn:aws:lambda:" + us + "function:entity-extraction") == model::TargetKind{model::EntitiesTarget{}});
    CHECK(kind("arn:aws:lambda:" + us + "function:websocket-push") == model::TargetKind{model::WebSocketTarget{}});
    CHECK(kind("arn:aws:lambda:" + us + "function:websocket-push:news") ==
          model::TargetKind{model::WebSocketTarget{.channel = "news"}});
    CHECK(kind("arn:aws:logs:" + us + "log-group:orders") == model::TargetKind{model::LogTarget{.name = "orders"}});
    CHECK(kind("arn:aws:logs:" + us + "log-group:/aws/events/a:*") ==
          model::TargetKind{model::LogTarget{.name = "-aws-events-a"}});
    CHECK(kind("arn:aws:logs:" + us + "log-group:..") == model::TargetKind{model::LogTarget{.name = ".."}});
}

TEST_CASE("a target of a service that is not here is foreign", "[aws]") {
    const std::string arn =
        GENERATE("arn:aws:lambda:us-east-1:000000000000:function:f",
                 "arn:aws:lambda:us-east-1:000000000000:function:websocket-pushy",
                 "arn:aws:lambda:us-east-1:000000000000:layer:x", "arn:aws:kinesis:us-east-1:000000000000:stream/s",
                 "arn:aws:logs:us-east-1:000000000000:destination:x", "arn:aws:events:us-east-1:000000000000:rule/r",
                 "arn:aws:states:us-east-1:000000000000:stateMachine:m");
    CAPTURE(arn);

    CHECK(kind(arn) == model::TargetKind{model::ForeignTarget{.arn = arn}});
}

TEST_CASE("a log group whose name no file can have is foreign", "[aws]") {
    const std::string arn = "arn:aws:logs:us-east-1:000000000000:log-group:" + std::string(65, 'a');

    CHECK(kind(arn) == model::TargetKind{model::ForeignTarget{.arn = arn}});
}

TEST_CASE("a target's parameters go along", "[aws]") {
    json::Object queue = aws("arn:aws:sqs:us-east-1:000000000000:q.fifo");
    queue.set("SqsParameters", json::Object{{"MessageGroupId", "g"}});
    queue.set("RetryPolicy", json::Object{{"MaximumRetryAttempts", 3}, {"MaximumEventAgeInSeconds", 60}});
    queue.set("DeadLetterConfig", json::Object{{"Arn", "arn:aws:sqs:us-east-1:000000000000:dead"}});
    const auto target = target_of(queue, {});
    REQUIRE(target);
    CHECK(target->id == "t");
    CHECK(std::get<model::QueueTarget>(target->kind).group == "g");
    CHECK(target->retry == model::RetryPolicy{.max_retries = 3, .max_age = std::chrono::seconds{60}});
    CHECK(target->dead_letter ==
          model::TargetKind{model::QueueTarget{.arn = "arn:aws:sqs:us-east-1:000000000000:dead", .group = {}}});

    const std::string arn = "arn:aws:events:us-east-1:000000000000:api-destination/d/1-2";
    json::Object destination = aws(arn);
    destination.set("HttpParameters", json::Object{{"PathParameterValues", json::Array{"a", "b"}},
                                                   {"HeaderParameters", json::Object{{"H", "1"}}},
                                                   {"QueryStringParameters", json::Object{{"q", "2"}}}});
    CHECK(kind(destination) ==
          model::TargetKind{model::ApiDestinationTarget{
              .arn = arn, .headers = {{"H", "1"}}, .query = {{"q", "2"}}, .path_values = {"a", "b"}}});
    CHECK(kind(arn) ==
          model::TargetKind{model::ApiDestinationTarget{.arn = arn, .headers = {}, .query = {}, .path_values = {}}});
}

model::Input input(const std::string& member, json::Value value) {
    json::Object given = aws("arn:aws:sqs:us-east-1:000000000000:q");
    given.set(member, std::move(value));
    const auto target = target_of(given, {});
    REQUIRE(target);
    return target->input;
}

TEST_CASE("a target's input is what it is given of the event", "[aws]") {
    CHECK(target_of(aws("arn:aws:sqs:us-east-1:000000000000:q"), {})->input == model::Input{model::WholeEvent{}});
    CHECK(input("Input", " {\"a\": 1}") == model::Input{model::ConstantInput{" {\"a\": 1}"}});
    CHECK(input("InputPath", "$.detail") == model::Input{model::PathInput{model::Path::parse("$.detail").value()}});
    CHECK(input("InputPath", "") == model::Input{model::ConstantInput{"{}"}});
    CHECK(input("InputTransformer",
                json::Object{{"InputPathsMap", json::Object{{"a", "$.id"}}}, {"InputTemplate", "{\"x\": <a>}"}}) ==
          model::Input{model::TransformedInput{.paths = {{"a", model::Path::parse("$.id").value()}},
                                               .input_template = "{\"x\": <a>}"}});
    CHECK(input("InputTransformer", json::Object{{"InputTemplate", "\"x\""}}) ==
          model::Input{model::TransformedInput{.paths = {}, .input_template = "\"x\""}});
}

TEST_CASE("what is no ARN or no path is no target", "[aws]") {
    CHECK_FALSE(target_of(aws("queue"), {}));
    CHECK_FALSE(target_of(aws(""), {}));
    CHECK_FALSE(target_of(json::Object{{"Id", "t"}}, {}));
    json::Object given = aws("arn:aws:sqs:us-east-1:000000000000:q");
    given.set("InputPath", "detail");
    CHECK_FALSE(target_of(given, {}));
}

TEST_CASE("a target of the configuration is shown in AWS's words, and read back is the same", "[aws]") {
    model::Target target{.id = "t",
                         .kind = model::LogTarget{.name = "orders"},
                         .input = model::TransformedInput{.paths = {{"a", model::Path::parse("$.id").value()}},
                                                          .input_template = "{\"x\": <a>}"},
                         .retry = {.max_retries = 2, .max_age = std::chrono::seconds{120}},
                         .dead_letter = model::QueueTarget{.arn = "arn:aws:sqs:eu-west-1:5:dead", .group = {}}};
    const Identity ours{.account = "5", .region = "eu-west-1"};
    const model::TargetKind kind = GENERATE(
        model::TargetKind{model::LogTarget{.name = "orders"}}, model::TargetKind{model::EmailTarget{.topic = "travel"}},
        model::TargetKind{model::EntitiesTarget{}}, model::TargetKind{model::WebSocketTarget{}},
        model::TargetKind{model::WebSocketTarget{.channel = "news"}},
        model::TargetKind{model::QueueTarget{.arn = "arn:aws:sqs:eu-west-1:5:q", .group = {}}},
        model::TargetKind{model::QueueTarget{.arn = "arn:aws:sqs:eu-west-1:5:q.fifo", .group = "g"}},
        model::TargetKind{model::BusTarget{.bus = "b", .one_hop = true}},
        model::TargetKind{model::ForeignTarget{.arn = "arn:aws:kinesis:eu-west-1:5:stream/s"}});
    target.kind = kind;
    CAPTURE(model::name_of(kind));

    const auto back = target_of(aws_target(target, ours), ours);

    REQUIRE(back);
    CHECK(*back == target);
}

TEST_CASE("a target that is shown says no more than it was given", "[aws]") {
    const model::Target target{
        .id = "t", .kind = model::LogTarget{.name = "l"}, .input = {}, .retry = {}, .dead_letter = {}};

    CHECK(json::write(aws_target(target, {})) ==
          R"({"Id":"t","Arn":"arn:aws:logs:us-east-1:000000000000:log-group:l"})");
}

TEST_CASE("every kind of target has an ARN", "[bus]") {
    const Identity owner{.account = "123456789012", .region = "eu-west-1"};
    const std::string queue = "arn:aws:sqs:us-east-1:000000000000:q";
    const std::pair<model::TargetKind, std::string> cases[] = {
        {model::QueueTarget{queue, ""}, queue},
        {model::ForeignTarget{"arn:aws:states:r:a:x"}, "arn:aws:states:r:a:x"},
        {model::BusTarget{"b"}, "arn:aws:events:eu-west-1:123456789012:event-bus/b"},
        {model::BusTarget{"111111111111:us-east-1:b"}, "arn:aws:events:us-east-1:111111111111:event-bus/b"},
        {model::LogTarget{"l"}, "arn:aws:logs:eu-west-1:123456789012:log-group:l"},
        {model::EmailTarget{.topic = "t"}, "arn:aws:sns:eu-west-1:123456789012:t"},
        {model::ConfirmationTarget{}, "arn:aws:sns:eu-west-1:123456789012:confirmation"},
        {model::EntitiesTarget{}, "arn:aws:lambda:eu-west-1:123456789012:function:entity-extraction"},
        {model::WebSocketTarget{.channel = "c"}, "arn:aws:lambda:eu-west-1:123456789012:function:websocket-push:c"},
    };
    for (const auto& [kind, arn] : cases)
        CHECK(arn_of(kind, owner) == arn);
}

}  // namespace
}  // namespace rialto::bus
