// Which of these rules does each event on standard input match? One event a line.
#include <rialto/pattern/matcher.hpp>

#include <iostream>
#include <string>
#include <vector>

using namespace rialto::pattern;

int main() {
    const std::vector<std::string> rules{
        R"({"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}})",
        R"({"detail": {"customer": [{"prefix": "VIP-"}, {"equals-ignore-case": "root"}]}})",
    };

    Matcher matcher;
    for (RuleId id = 0; id < rules.size(); ++id) {
        const auto pattern = Pattern::parse(rules[id]);
        if (!pattern) {
            std::cerr << "rule " << id << ": " << pattern.error().message << '\n';
            return 1;
        }
        matcher.add(id, *pattern);
    }

    Scratch scratch;  // one a thread
    std::vector<RuleId> matches;
    for (std::string event; std::getline(std::cin, event);) {
        auto status = check_event(event);  // once, at the door
        if (status)
            status = matcher.match(event, scratch, matches);
        if (!status) {
            std::cout << status.error().message << '\n';
            continue;
        }
        for (const RuleId id : matches)
            std::cout << "rule " << id << ' ';
        std::cout << (matches.empty() ? "nothing\n" : "\n");
    }
}
