// check_patterns FILE [--min-passed N] [--texts] [--oracle]: puts the cases of FILE, one JSON object a line (id, group,
// pattern, event, expect, error, error_raw, scope, disputed), to the pattern engine, or to the oracle that the engine
// is compared with, which knows no error texts. Prints the result of each group, the ids of what failed and "N passed,
// N failed". Exit 1 if a case failed, or with --min-passed if fewer than N passed; 2 if FILE cannot be read. Error
// texts are counted apart, and with --texts those that differ are shown.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/json/value.hpp"
#include "rialto/pattern/explain.hpp"
#include "rialto/pattern/matcher.hpp"
#include "tests/oracle/pattern.hpp"

namespace {

using rialto::pattern::Matcher;
using rialto::pattern::Pattern;
using rialto::pattern::Scratch;

struct Options {
    std::string file;
    std::optional<std::size_t> min_passed;
    bool show_texts = false;
    bool ask_oracle = false;
};

struct Count {
    std::size_t passed = 0;
    std::size_t failed = 0;
};

struct Report {
    std::map<std::string, Count> groups;
    std::vector<std::string> failures;
    Count all;
    Count texts;
};

struct Answer {
    std::string expect;  // match, no_match, invalid, or what went wrong
    std::string error;
};

std::string text(const rialto::json::Value& value, std::string_view name) {
    const auto* member = value.find(name);
    return member && member->as_string() ? *member->as_string() : std::string{};
}

Answer answer(const std::string& pattern_text, const std::string& event) {
    const auto pattern = Pattern::parse(pattern_text);
    if (!pattern)
        return {"invalid", "Event pattern is not valid. Reason: " + pattern.error().message};
    Matcher matcher;
    matcher.add(1, *pattern);
    Scratch scratch;
    std::vector<rialto::pattern::RuleId> matches;
    if (const auto status = matcher.match(event, scratch, matches); !status)
        return {"event refused", status.error().message};
    const auto explanation = rialto::pattern::explain(*pattern, event);
    if (!explanation || explanation->matches == matches.empty())
        return {"explain disagrees", {}};
    return {matches.empty() ? "no_match" : "match", {}};
}

Answer oracle_answer(const std::string& pattern_text, const std::string& event_text) {
    const auto pattern = rialto::oracle::Pattern::parse(pattern_text);
    if (!pattern)
        return {"invalid", {}};
    const auto event = rialto::oracle::parse_event(event_text);
    if (!event)
        return {"event refused", {}};
    return {pattern->matches(*event).value() ? "match" : "no_match", {}};
}

/// The whole text where it was recorded, else its first line.
bool has_right_text(const rialto::json::Value& test, const std::string& error) {
    const auto whole = text(test, "error_raw");
    if (!whole.empty())
        return error == whole;
    return error.substr(0, error.find('\n')) == text(test, "error").substr(0, text(test, "error").find('\n'));
}

void check_text(const rialto::json::Value& test, const std::string& error, const Options& options, Report& report) {
    if (text(test, "error").empty())
        return;
    const bool is_right = has_right_text(test, error);
    ++(is_right ? report.texts.passed : report.texts.failed);
    if (!is_right && options.show_texts)
        std::cout << "text " << text(test, "id") << "\n  pattern  " << text(test, "pattern") << "\n  expected "
                  << (text(test, "error_raw").empty() ? text(test, "error") : text(test, "error_raw"))
                  << "\n  actual   " << error << '\n';
}

/// There is something, and it is not "false".
bool is_disputed(const rialto::json::Value& test) {
    const auto* disputed = test.find("disputed");
    const auto* claim = disputed ? disputed->as_bool() : nullptr;
    return claim ? *claim : disputed && !disputed->is_null();
}

void check(const rialto::json::Value& test, const Options& options, Report& report) {
    if (is_disputed(test) || text(test, "scope") == "ruler")
        return;
    const auto ask = options.ask_oracle ? oracle_answer : answer;
    const auto actual = ask(text(test, "pattern"), text(test, "event"));
    const bool passed = actual.expect == text(test, "expect");
    ++(passed ? report.groups[text(test, "group")].passed : report.groups[text(test, "group")].failed);
    ++(passed ? report.all.passed : report.all.failed);
    if (!passed)
        report.failures.push_back(text(test, "id") + ": expected " + text(test, "expect") + ", was " + actual.expect +
                                  (actual.error.empty() ? "" : " (" + actual.error + ")"));
    else if (actual.expect == "invalid" && !options.ask_oracle)
        check_text(test, actual.error, options, report);
}

bool check_file(const Options& options, Report& report) {
    std::ifstream file{options.file};
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        const auto test = rialto::json::parse(line);
        if (!test) {
            std::cerr << options.file << ':' << number << ": " << test.error().message << '\n';
            return false;
        }
        check(*test, options, report);
    }
    return number > 0;
}

void print(const Report& report) {
    for (const auto& [group, count] : report.groups)
        std::cout << group << ": " << count.passed << " passed, " << count.failed << " failed\n";
    for (const auto& failure : report.failures)
        std::cout << "failed " << failure << '\n';
    std::cout << "error texts: " << report.texts.passed << " right, " << report.texts.failed << " wrong\n"
              << report.all.passed << " passed, " << report.all.failed << " failed\n";
}

std::optional<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--texts")
            options.show_texts = true;
        else if (argument == "--oracle")
            options.ask_oracle = true;
        else if (argument == "--min-passed" && i + 1 < argc)
            options.min_passed = std::strtoul(argv[++i], nullptr, 10);
        else if (options.file.empty() && !argument.starts_with("--"))
            options.file = argument;
        else
            return std::nullopt;
    }
    return options.file.empty() ? std::nullopt : std::optional{options};
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = parse_options(argc, argv);
    if (!options) {
        std::cerr << "usage: check_patterns FILE [--min-passed N] [--texts] [--oracle]\n";
        return 2;
    }
    Report report;
    if (!check_file(*options, report)) {
        std::cerr << "check_patterns: cannot read " << options->file << '\n';
        return 2;
    }
    print(report);
    const bool is_enough = options->min_passed ? report.all.passed >= *options->min_passed : report.all.failed == 0;
    return is_enough ? 0 : 1;
}
