#pragma once

#include <set>
#include <utility>

#include "rialto/bus/event_bus.hpp"
#include "tests/support/world.hpp"

namespace rialto::testing {

/// A rule with one target that logs, which tests fake.
inline model::Rule rule(const std::string& name, const std::string& pattern) {
    return {.name = name, .description = "", .pattern = pattern, .enabled = true, .targets = {log_target(name)}};
}

/// A world with buses, whose log targets are fake. Every event on the default bus matches a rule.
class BusWorld : public World {
public:
    BusWorld() {
        targets.add<model::LogTarget>(fake);
        open_bus();
    }
    ~BusWorld() { close_bus(); }

    void open_bus() {
        bus = std::make_unique<bus::EventBus>(*store, *dispatcher, clock, random, bus::Identity{}, metrics);
        apply({{"default", {rule("all", kAny)}}});
        start();
    }

    void close_bus() {
        close();
        bus.reset();
        applied_.clear();
    }

    void restart() {
        close_bus();
        open();
        open_bus();
    }

    /// Replaces every bus and rule.
    void apply(const std::vector<model::Bus>& buses) {
        const Status applied = try_apply(buses);
        REQUIRE(applied);
    }

    Status try_apply(const std::vector<model::Bus>& buses) {
        auto plan = bus->prepare(rerouting(buses));
        if (!plan)
            return std::move(plan).error();
        if (Status kept = run(bus->keep(*plan)); !kept)
            return kept;
        bus->install(std::move(*plan));
        applied_ = buses;
        return {};
    }

    /// The payloads that the rule's target was given.
    std::vector<json::Value> heard(const std::string& rule) const {
        std::vector<json::Value> events;
        for (const auto& attempt : fake.attempts)
            if (attempt.rule.ends_with("/" + rule))
                events.push_back(json::parse(attempt.payload).value());
        return events;
    }

    std::vector<std::string> detail_types(const std::string& rule) const {
        std::vector<std::string> types;
        for (const auto& event : heard(rule))
            types.push_back(*event.find("detail-type")->as_string());
        return types;
    }

    static constexpr const char* kAny = R"({"source":[{"prefix":""}]})";

    FakeTarget fake;
    std::unique_ptr<bus::EventBus> bus;

private:
    bus::Rerouting rerouting(const std::vector<model::Bus>& buses) const {
        bus::Rerouting change;
        std::set<std::pair<std::string, std::string>> set;
        std::set<std::string> names;
        for (const model::Bus& one : buses) {
            change.buses.push_back(one.name);
            names.insert(one.name);
            for (const model::Rule& rule : one.rules) {
                set.emplace(one.name, rule.name);
                const auto& [account, region] = bus->identity();
                change.rules.push_back({.bus = one.name,
                                        .name = rule.name,
                                        .arn = model::rule_arn(region, account, one.name, rule.name),
                                        .pattern = rule.pattern,
                                        .enabled = rule.enabled,
                                        .targets = rule.targets});
            }
        }
        for (const model::Bus& one : applied_) {
            if (!names.contains(one.name))
                change.gone_buses.push_back(one.name);
            for (const model::Rule& rule : one.rules)
                if (names.contains(one.name) && !set.contains({one.name, rule.name}))
                    change.gone_rules.emplace_back(one.name, rule.name);
        }
        return change;
    }

    std::vector<model::Bus> applied_;
};

}  // namespace rialto::testing
