#include <algorithm>
#include <set>

#include "config/scalars.hpp"
#include "config/sections.hpp"
#include "config/yaml_to_json.hpp"
#include "rialto/json/value.hpp"
#include "rialto/model/arn.hpp"
#include "rialto/model/policy.hpp"
#include "rialto/model/schedule.hpp"
#include "rialto/pattern/pattern.hpp"

namespace rialto::config {

namespace {

constexpr std::size_t kMaxBusName = 256;
constexpr std::size_t kMaxRuleName = 64;
constexpr std::size_t kMaxTargets = 100;

Result<std::string> schedule_expression(const Node& node) {
    if (!node.is(Node::Kind::Scalar) || !model::Schedule::parse(node.text))
        return must_be("a schedule, such as rate(5 minutes) or cron(0 12 * * ? *)", node);
    return node.text;
}

/// As PutPermission has it.
Rule<std::string> bus_policy(std::string arn) {
    return [arn = std::move(arn)](const Node& node) -> Result<std::string> {
        if (!node.is(Node::Kind::Map) && !node.is(Node::Kind::Scalar))
            return must_be("a resource policy: a map, or JSON text in quotes", node);
        const auto policy = model::read_policy(node.is(Node::Kind::Scalar) ? node.text : yaml_to_json(node), arn);
        if (!policy)
            return Error{Errc::InvalidArgument, "is not valid. Reason: " + policy.error().message};
        auto text = json::write(*policy);
        if (text.size() > model::kLongestPolicy)
            return Error{Errc::InvalidArgument, "must be at most 10240 bytes as JSON"};
        return text;
    };
}

void read_state(MapReader& map, bool& enabled) {
    const bool flagged = map.read("enabled", enabled, flag());
    const bool stated = map.read("state", enabled, one_of<bool>({{"ENABLED", true}, {"DISABLED", false}}));
    if (flagged && stated)
        map.problem("has both enabled and state; give one of them");
}

void read_rule(MapReader& map, std::string_view bus, model::Rule& rule) {
    map.read("description", rule.description, text_of(0, 512));
    read_state(map, rule.enabled);
    const bool has_pattern = map.read("pattern", rule.pattern, event_pattern);
    const bool has_schedule = map.read("schedule", rule.schedule, schedule_expression);
    if (!has_pattern && !has_schedule)
        map.problem(map.mark(), "pattern", "is missing: which events the rule is for; or give it a schedule");
    if (has_schedule && bus != "default")
        map.problem(map.find("schedule")->mark, "schedule", "is for rules of the bus default only");
    const Node* targets = map.find("targets");
    if (targets == nullptr || targets->is(Node::Kind::Broken) || targets->is(Node::Kind::Null))
        return;
    if (targets->is(Node::Kind::List) && targets->items.size() <= kMaxTargets)
        rule.targets = read_targets(*targets, map.path_of("targets"), bus, map.reading());
    else
        map.problem(targets->mark, "targets",
                    must_be("a list of at most " + std::to_string(kMaxTargets) + " targets", *targets).message);
}

void read_bus(MapReader& map, model::Bus& bus) {
    const model::Arn arn{.service = "events",
                         .region = map.reading().region,
                         .account = map.reading().account,
                         .resource = "event-bus/" + bus.name};
    map.read("description", bus.description, text_of(0, 512));
    map.read("policy", bus.policy, bus_policy(arn.text()));
    map.each("rules", [&map, &bus](const Entry& entry, const std::string& path) {
        check_name(entry, path, map.reading(), kMaxRuleName, kNameCharacters);
        auto& rule = bus.rules.emplace_back();
        rule.name = entry.key;
        MapReader::read_map(entry.value, path, map.reading(),
                            [&rule, &bus](MapReader& keys) { read_rule(keys, bus.name, rule); });
    });
}

/// Targets may name buses that stand further down.
void collect_names(const Node* buses, std::set<std::string>& names) {
    names = {"default", "websocket"};
    if (buses != nullptr)
        for (const auto& bus : buses->entries)
            names.insert(bus.key);
}

}  // namespace

Result<std::string> event_pattern(const Node& node) {
    if (!node.is(Node::Kind::Map) && !node.is(Node::Kind::Scalar))
        return must_be("an event pattern: a map, or JSON text in quotes", node);
    auto text = node.is(Node::Kind::Scalar) ? node.text : yaml_to_json(node);
    const auto pattern = pattern::Pattern::parse(text);
    if (!pattern)
        return Error{Errc::InvalidArgument, "is not valid. Reason: " + pattern.error().message};
    return text;
}

void check_name(const Entry& entry, const std::string& path, Reading& reading, std::size_t most,
                std::string_view others) {
    const auto name = make_node(Node::Kind::Scalar, entry.mark, entry.key);
    if (const auto valid = name_of(most, others)(name); !valid)
        reading.problems.add(entry.mark, path + ": " + valid.error().message);
}

void read_buses(MapReader& map, std::vector<model::Bus>& buses) {
    collect_names(map.find("buses"), map.reading().buses);
    std::vector<model::Bus> read;
    const bool there = map.each("buses", [&map, &read](const Entry& entry, const std::string& path) {
        check_name(entry, path, map.reading(), kMaxBusName, "/._-");
        auto& bus = read.emplace_back();
        bus.name = entry.key;
        MapReader::read_map(entry.value, path, map.reading(), [&bus](MapReader& keys) { read_bus(keys, bus); });
    });
    if (!there)
        return;
    for (const auto* name : {"default", "websocket"})
        if (std::ranges::find(read, name, &model::Bus::name) == read.end())
            read.push_back({.name = name, .rules = {}});
    buses = std::move(read);
}

}  // namespace rialto::config
