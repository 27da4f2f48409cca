#include "match.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "rialto/json/value.hpp"
#include "rialto/pattern/matcher.hpp"
#include "samples.hpp"

namespace rialto::bench {
namespace {

struct Options {
    std::string rules;
    std::string events;
    std::size_t threads = 1;
    std::size_t repeat = 5;
};

struct Totals {
    std::uint64_t matches = 0;
    std::uint64_t checksum = 0;  ///< Over all matches (rule i, event k, both from 0): (i+1) * (k mod 97 + 1).
    double cpu_seconds = 0;
};

std::vector<std::string> read_lines(const std::string& path) {
    std::ifstream file{path};
    if (!file)
        throw std::runtime_error{"cannot read " + path};
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        if (!line.empty())
            lines.push_back(std::move(line));
    return lines;
}

/// The text of the member "pattern", which is the last of {"name":...,"pattern":{...}}: what a server would be given.
std::string_view pattern_of(std::string_view line) {
    constexpr std::string_view kMember = "\"pattern\":";
    const auto at = line.find(kMember);
    if (at == std::string_view::npos || !line.ends_with('}'))
        throw std::runtime_error{"not a rule: " + std::string{line}};
    line.remove_suffix(1);
    return line.substr(at + kMember.size());
}

/// Line by line, so that the file itself does not count as memory of the rules.
pattern::Matcher build(const std::string& path) {
    std::ifstream file{path};
    if (!file)
        throw std::runtime_error{"cannot read " + path};
    pattern::Matcher matcher;
    pattern::RuleId id = 0;
    for (std::string line; std::getline(file, line); ++id) {
        const auto pattern = pattern::Pattern::parse(pattern_of(line));
        if (!pattern)
            throw std::runtime_error{path + ":" + std::to_string(id + 1) + ": " + pattern.error().message};
        matcher.add(id, *pattern);
    }
    return matcher;
}

double resident_mib() {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:"))
            return std::stod(line.substr(6)) / 1024;
    return 0;
}

void match_once(const pattern::Matcher& matcher, const std::vector<std::string>& events, pattern::Scratch& scratch,
                Totals& totals) {
    std::vector<pattern::RuleId> found;
    for (std::size_t k = 0; k < events.size(); ++k) {
        if (const Status matched = matcher.match(events[k], scratch, found); !matched)
            throw std::runtime_error{"event " + std::to_string(k) + ": " + matched.error().message};
        totals.matches += found.size();
        for (const auto rule : found)
            totals.checksum += (std::uint64_t{rule} + 1) * (k % 97 + 1);
    }
}

/// Every thread matches all events `repeat` times; matches and checksum are of one pass.
Totals measure(const pattern::Matcher& matcher, const std::vector<std::string>& events, std::size_t repeat) {
    pattern::Scratch scratch;
    Totals first;
    const double begin = thread_cpu_seconds();
    match_once(matcher, events, scratch, first);
    for (std::size_t pass = 1; pass < repeat; ++pass) {
        Totals again;
        match_once(matcher, events, scratch, again);
        if (again.matches != first.matches || again.checksum != first.checksum)
            throw std::runtime_error{"two passes differ"};
    }
    first.cpu_seconds = thread_cpu_seconds() - begin;
    return first;
}

/// Milliseconds to copy the matcher and change the copy by one rule, as a server does when its rules change: the last
/// rules taken out and put in again, one by one.
std::vector<double> update_times(const pattern::Matcher& matcher, const std::string& path) {
    constexpr std::size_t kMost = 200;
    const auto lines = read_lines(path);
    std::vector<double> times;
    auto current = std::make_unique<pattern::Matcher>(matcher);
    for (std::size_t i = lines.size() - std::min(lines.size(), kMost); i < lines.size(); ++i) {
        const auto id = static_cast<pattern::RuleId>(i);
        const auto pattern = pattern::Pattern::parse(pattern_of(lines[i]));
        for (const bool adding : {false, true}) {
            const double begin = thread_cpu_seconds();
            auto next = std::make_unique<pattern::Matcher>(*current);
            if (adding)
                next->add(id, *pattern);
            else
                next->remove(id);
            current = std::move(next);
            times.push_back((thread_cpu_seconds() - begin) * 1000);
        }
    }
    return times;
}

Options read_options(int argc, char** argv, int& exit_code) {
    Options options;
    CLI::App cli{"Matches each event against all rules, and prints one line of JSON.", "rialto-bench match"};
    cli.add_option("--rules", options.rules, R"(A line each: {"name":...,"pattern":{...}})")->required();
    cli.add_option("--events", options.events, "A line each, a JSON object")->required();
    cli.add_option("--threads", options.threads, "Each matches all events (default 1)")->check(CLI::Range(1, 256));
    cli.add_option("--repeat", options.repeat, "Passes over the events (default 5)")->check(CLI::Range(1, 1'000'000));
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        exit_code = cli.exit(error);
        options.rules.clear();
    }
    return options;
}

}  // namespace

int match(int argc, char** argv) {
    int exit_code = 0;
    const auto options = read_options(argc, argv, exit_code);
    if (options.rules.empty())
        return exit_code;

    const auto empty_mib = resident_mib();
    const double begin_build = thread_cpu_seconds();
    const auto matcher = build(options.rules);
    const double build_s = thread_cpu_seconds() - begin_build;
    const auto rules_mib = resident_mib() - empty_mib;
    const auto updates = update_times(matcher, options.rules);
    const auto events = read_lines(options.events);

    std::vector<Totals> totals(options.threads);
    const auto begin = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < options.threads; ++i)
            threads.emplace_back([&, i] { totals[i] = measure(matcher, events, options.repeat); });
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;

    double cpu_seconds = 0;
    for (const Totals& each : totals)
        cpu_seconds += each.cpu_seconds;
    const auto passes = static_cast<double>(options.repeat * options.threads);
    const json::Object figures{
        {"rules", matcher.size()},
        {"events", events.size()},
        {"matches", totals.front().matches},
        {"checksum", totals.front().checksum},
        {"threads", options.threads},
        {"repeat", options.repeat},
        {"seconds", seconds.count()},
        {"events_per_s", static_cast<double>(events.size()) * passes / cpu_seconds},
        {"build_s", build_s},
        {"update_ms", median(updates)},
        {"update_ms_worst", quantile(updates, 1)},
        {"rules_mib", rules_mib},
        {"rss_mib", resident_mib()},
    };
    std::cout << json::write(figures) << '\n';
    return 0;
}

}  // namespace rialto::bench
