#include <catch2/catch.hpp>
#include <filesystem>

#include "rialto/config/config.hpp"

using namespace rialto;
using namespace rialto::config;

namespace {

const std::filesystem::path kData = std::filesystem::path{RIALTO_TEST_DATA} / "config";

std::vector<model::Bus> buses_of(std::string_view text) {
    const auto config = parse(text, "rialto.yaml", nullptr);
    INFO((config ? std::string{} : config.error().message));
    REQUIRE(config);
    return config->buses;
}

std::vector<model::Target> targets_of(std::string_view list) {
    return buses_of("buses: {default: {rules: {r: {pattern: {source: [a]}, targets: " + std::string{list} + "}}}}")
        .front()
        .rules.front()
        .targets;
}

}  // namespace

TEST_CASE("a file's buses replace the built-in rules, and two buses are always there", "[config]") {
    const auto buses = buses_of("buses: {shop: }");

    REQUIRE(buses.size() == 3);
    CHECK(buses[0].name == "shop");
    CHECK(buses[1] == model::Bus{.name = "default", .rules = {}});
    CHECK(buses[2] == model::Bus{.name = "websocket", .rules = {}});
}

TEST_CASE("a target may be no more than its kind, and is named after it", "[config]") {
    const auto targets = targets_of("[email, {id: email-2, email: }, email, {entities: {}}]");

    REQUIRE(targets.size() == 4);
    CHECK(targets[0].id == "email");
    CHECK(targets[1].id == "email-2");
    CHECK(targets[2].id == "email-3");
    CHECK(targets[3].id == "entities");
    CHECK(targets[0].kind == model::TargetKind{model::EmailTarget{}});
}

TEST_CASE("a pattern is kept as JSON whichever way it was written", "[config]") {
    const auto buses = buses_of(
        "buses:\n  default:\n    rules:\n"
        "      map: {pattern: {account: ['1', 000000000000], detail: {n: [1, 2.5e3, true, null, ~, yes, -0]}}}\n"
        "      text: {pattern: '{\"source\": [\"a\"]}'}\n");

    const auto& rules = buses.front().rules;
    CHECK(rules[0].pattern == R"({"account":["1","000000000000"],"detail":{"n":[1,2.5e3,true,null,null,"yes",-0]}})");
    CHECK(rules[1].pattern == R"({"source": ["a"]})");
}

TEST_CASE("aliases spare writing the same twice", "[config]") {
    const auto buses =
        buses_of("buses:\n  default:\n    rules:\n      a: {pattern: &p {source: [x]}}\n      b: {pattern: *p}\n");

    const auto& rules = buses.front().rules;
    CHECK(rules[0].pattern == rules[1].pattern);
}

TEST_CASE("all that can be said about a target is read", "[config]") {
    const auto config = load(kData / "full.yaml", nullptr);

    INFO((config ? std::string{} : config.error().message));
    REQUIRE(config);
    const auto& rules = config->buses.front().rules;
    CHECK_FALSE(rules[0].enabled);
    CHECK_FALSE(rules[1].enabled);
    CHECK(rules[1].pattern == R"({"detail":{"amount":[{"numeric":[">",10]}]}})");
    const auto& targets = rules[0].targets;
    REQUIRE(targets.size() == 10);
    CHECK(targets[0].id == "first");
    CHECK(targets[0].kind == model::TargetKind{model::EmailTarget{.topic_path = "$.detail.section", .topic = {}}});
    CHECK(targets[0].input ==
          model::Input{model::ConstantInput{R"({"text":"yes","count":1,"flag":true,"none":null,"list":["a","1"]})"}});
    CHECK(targets[0].retry == model::RetryPolicy{.max_retries = 3, .max_age = 1h});
    CHECK(targets[0].dead_letter == model::TargetKind{model::LogTarget{"dead"}});
    CHECK(targets[0].flow ==
          model::Flow{
              .concurrency = 2, .rate = 30, .breaker = model::Breaker{.failures = 4, .wait = 2s}, .order_by = {}});
    CHECK(targets[2].flow.order_by == "$.detail.id");
    CHECK(targets[1].flow == model::Flow{});
    CHECK(targets[1].input == model::Input{model::PathInput{*model::Path::parse("$.detail")}});
    CHECK(targets[1].dead_letter == model::TargetKind{model::BusTarget{"audit"}});
    const auto* transformed = std::get_if<model::TransformedInput>(&targets[2].input);
    REQUIRE(transformed != nullptr);
    CHECK(transformed->paths.front().first == "id");
    CHECK(targets[3].id == "log");
    CHECK(targets[5].id == "queue");
    CHECK(targets[5].dead_letter ==
          model::TargetKind{model::QueueTarget{"arn:aws:sqs:eu-central-1:123456789012:dead", ""}});
    CHECK(targets[6].id == "log-2");
}
