#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <set>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rialto/base/file.hpp"
#include "rialto/config/config.hpp"
#include "rialto/json/value.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::app {
namespace {

using Names = std::set<std::string>;

/// An envelope with what the test leaves out.
json::Value whole_event(const json::Value& given) {
    json::Object event{{"version", "0"},
                       {"id", "00000000-0000-4000-8000-000000000000"},
                       {"detail-type", ""},
                       {"source", ""},
                       {"account", "000000000000"},
                       {"time", "2026-01-01T00:00:00Z"},
                       {"region", "us-east-1"},
                       {"resources", json::Array{}},
                       {"detail", json::Object{}}};
    for (const auto& [name, value] : *given.as_object())
        event.set(name, value);
    return event;
}

/// The targets, as `rule/target`, that the event reaches by the rules of the bus.
Result<Names> reached(const model::Bus& bus, const std::string& event) {
    Names names;
    for (const model::Rule& rule : bus.rules) {
        if (rule.pattern.empty())  // its schedule alone fires it
            continue;
        const auto pattern = pattern::Pattern::parse(rule.pattern);
        if (!pattern)
            return pattern.error();
        const auto matched = pattern::matches(*pattern, event);
        if (!matched)
            return matched.error();
        for (const model::Target& target : rule.targets)
            if (*matched && rule.enabled)
                names.insert(rule.name + "/" + target.id);
    }
    return names;
}

std::string joined(const Names& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "none" : text;
}

Result<Names> expected(const json::Value& test) {
    const json::Value* targets = test.find("targets");
    if (targets == nullptr || targets->as_array() == nullptr)
        return Error{Errc::InvalidArgument, "\"targets\" must be an array of \"rule/target\""};
    Names names;
    for (const json::Value& name : *targets->as_array()) {
        if (name.as_string() == nullptr)
            return Error{Errc::InvalidArgument, "\"targets\" must hold strings"};
        names.insert(*name.as_string());
    }
    return names;
}

/// What the test found wrong; empty if nothing.
Result<std::string> fault_of(const json::Value& test, const config::Config& config) {
    const json::Value* event = test.find("event");
    if (event == nullptr || event->as_object() == nullptr)
        return Error{Errc::InvalidArgument, "\"event\" must be an object"};
    const json::Value* named = test.find("bus");
    const std::string bus_name = named != nullptr && named->as_string() != nullptr ? *named->as_string() : "default";
    const auto bus = std::ranges::find(config.buses, bus_name, &model::Bus::name);
    if (bus == config.buses.end())
        return Error{Errc::NotFound, "there is no bus " + bus_name};
    const auto wanted = expected(test);
    if (!wanted)
        return wanted.error();
    const auto got = reached(*bus, json::write(whole_event(*event)));
    if (!got)
        return got.error();
    return *got == *wanted ? std::string{} : "expected " + joined(*wanted) + "; got " + joined(*got);
}

Result<config::Config> config_of(const json::Value& document, const std::filesystem::path& file) {
    const json::Value* name = document.find("config");
    if (name == nullptr || name->as_string() == nullptr)
        return config::Config{};
    return config::load(file.parent_path() / *name->as_string(), config::process_environment);
}

}  // namespace

int test_rules(const std::string& file) {
    const auto text = read_file(file);
    if (!text) {
        std::cerr << text.error().message << '\n';
        return ExitCode::Usage;
    }
    const auto document = json::parse(*text);
    const json::Value* tests = document ? document->find("tests") : nullptr;
    if (tests == nullptr || tests->as_array() == nullptr) {
        std::cerr << file << ": " << (document ? "must be an object with an array \"tests\"" : document.error().message)
                  << '\n';
        return ExitCode::Usage;
    }
    const auto config = config_of(*document, file);
    if (!config) {
        std::cerr << config.error().message << '\n';
        return ExitCode::Usage;
    }
    std::size_t failed = 0;
    for (const json::Value& test : *tests->as_array()) {
        const json::Value* name = test.find("name");
        const auto fault = fault_of(test, *config);
        const bool passed = fault && fault->empty();
        failed += passed ? 0 : 1;
        std::cout << (passed ? "ok      " : "FAILED  ")
                  << (name != nullptr && name->as_string() != nullptr ? *name->as_string() : "(no name)");
        if (!passed)
            std::cout << ": " << (fault ? *fault : fault.error().message);
        std::cout << '\n';
    }
    std::cout << tests->as_array()->size() - failed << " passed, " << failed << " failed\n";
    return failed == 0 ? ExitCode::Ok : ExitCode::Failed;
}

}  // namespace rialto::app
