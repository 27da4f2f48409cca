#include <catch2/catch.hpp>

#include "rialto/config/config.hpp"

using namespace rialto;
using namespace rialto::config;

namespace {

std::string problem(const std::string& text) {
    const auto config = parse(text, "rialto.yaml", nullptr);
    REQUIRE_FALSE(config);
    return config.error().message;
}

}  // namespace

TEST_CASE("queues have settings of their own", "[config]") {
    const auto config = parse(
        "queues:\n  orders: {visibilityTimeout: 1m, redrive: {queue: dead, maxReceives: 3}}\n  dead:\n"
        "  o.fifo: {contentBasedDeduplication: true}\n",
        "rialto.yaml", nullptr);

    REQUIRE(config);
    REQUIRE(config->queues.size() == 3);
    CHECK(config->queues[0].visibility_timeout == 1min);
    CHECK(config->queues[0].dead_letter_queue == "dead");
    CHECK(config->queues[0].max_receives == 3);
    CHECK(config->queues[1] == Queue{.name = "dead"});
    CHECK(config->queues[2].content_based_deduplication);
}

TEST_CASE("a queue is a target, and takes dead letters, of the configured account", "[config]") {
    const auto config = parse(
        "aws: {account: '123456789012', region: eu-west-1}\nbuses:\n  default:\n    rules:\n      r:\n"
        "        pattern: {source: [s]}\n        targets:\n"
        "          - queue: {name: o.fifo, group: g}\n            deadLetter: {queue: {name: dead}}\n",
        "rialto.yaml", nullptr);

    REQUIRE(config);
    const auto& target = config->buses[0].rules[0].targets[0];
    CHECK(target.kind == model::TargetKind{model::QueueTarget{"arn:aws:sqs:eu-west-1:123456789012:o.fifo", "g"}});
    CHECK(target.dead_letter == model::TargetKind{model::QueueTarget{"arn:aws:sqs:eu-west-1:123456789012:dead", ""}});
}

TEST_CASE("what is wrong with a queue is told with its place", "[config]") {
    CHECK(problem("queues:\n  a b:\n").starts_with("rialto.yaml:2:3: queues.a b: must be a queue's name"));
    CHECK(problem("queues:\n  a: {delay: 16m}\n").starts_with("rialto.yaml:2:14: queues.a.delay: must be"));
    CHECK(problem("queues:\n  a: {delay: 500ms}\n").find("must be whole seconds") != std::string::npos);
    CHECK(problem("queues:\n  a: {contentBasedDeduplication: true}\n").find("is for FIFO queues only") !=
          std::string::npos);
    CHECK(problem("queues:\n  a: {redrive: {queue: b}}\n").find("must be a queue of this file") != std::string::npos);
    CHECK(problem("queues:\n  a: {redrive: {queue: a}}\n").find("must be another queue") != std::string::npos);
    CHECK(problem("queues:\n  a: {redrive: {}}\n").find("is missing") != std::string::npos);
    CHECK(problem("queues:\n  a: {redrive: {queue: b.fifo}}\n  b.fifo:\n").find("must be a FIFO queue if") !=
          std::string::npos);
}
