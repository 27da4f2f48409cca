#pragma once

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
    }

    void restart() {
        close_bus();
        open();
        open_bus();
    }

    void apply(std::vector<model::Bus> buses) {
        const Status applied = run(bus->apply(std::move(buses)));
        REQUIRE(applied);
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
};

}  // namespace rialto::testing
