#pragma once

#include <string>

#include "api/aws/events/operations.hpp"
#include "tests/support/aws_world.hpp"

namespace rialto::testing {

/// A catalog asked by EventBridge's operations: `ask("PutRule", {...})`.
class EventsWorld : public AwsWorld {
public:
    EventsWorld()
        : AwsWorld{[this] {
              return Services{
                  api::aws::events::service({*catalog, *bus, store->archives(), pool, clock, random, quotas})};
          }} {}

    model::Quotas quotas;  ///< Looked at with the first question.

    Answer ask(const std::string& operation, const json::Object& input) {
        return AwsWorld::ask("AWSEvents." + operation, json::write(input));
    }

    /// Asks for what must succeed.
    json::Value must(const std::string& operation, const json::Object& input) {
        const Answer answer = ask(operation, input);
        INFO(operation << ": " << answer.error());
        REQUIRE(answer.status == 200);
        return answer.body;
    }

    /// Gives a rule a target that remembers what it is given.
    void listen(const std::string& rule, const std::string& on = "default", const std::string& id = "t") {
        must("PutTargets", {{"Rule", rule},
                            {"EventBusName", on},
                            {"Targets", json::Array{json::Object{
                                            {"Id", id}, {"Arn", "arn:aws:logs:us-east-1:000000000000:log-group:l"}}}}});
    }

    /// The same of a new rule for all events of the source "s".
    void make_listener(const std::string& rule, const std::string& on = "default") {
        must("PutRule", {{"Name", rule}, {"EventBusName", on}, {"EventPattern", R"({"source":["s"]})"}});
        listen(rule, on);
    }

    /// An entry of PutEvents.
    static json::Object entry(const std::string& bus = "default", const std::string& detail = "{}") {
        return {{"Source", "s"}, {"DetailType", "t"}, {"Detail", detail}, {"EventBusName", bus}};
    }

    /// Puts one event on a bus. The rules that heard of it, in the order of their names.
    std::string heard_on(const std::string& bus) {
        fake.attempts.clear();
        must("PutEvents", {{"Entries", json::Array{entry(bus)}}});
        settle();
        std::set<std::string> rules;
        for (const auto& attempt : fake.attempts)
            rules.insert(attempt.rule.substr(attempt.rule.rfind(":rule/") + 6));
        std::string all;
        for (const std::string& one : rules)
            all += one + ' ';
        return all;
    }
};

}  // namespace rialto::testing
