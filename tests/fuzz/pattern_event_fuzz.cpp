// The input is an event for a fixed set of rules: the engine takes it if and only if the oracle does, finds what the
// oracle finds, and survives what is no event.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "rialto/pattern/explain.hpp"
#include "rialto/pattern/matcher.hpp"
#include "tests/oracle/pattern.hpp"

using namespace rialto;

namespace {

constexpr const char* kPatterns[] = {
    R"({"a":[1]})",
    R"({"a":["a","b",null,true,"10.0.0.1"]})",
    R"({"a":{"b":[1],"c":["x"]}})",
    R"({"a.b":[{"exists":true}],"a":[{"exists":true}]})",
    R"({"a":{"b":[{"exists":false}],"a":["a"]}})",
    R"({"a":{"a":[{"exists":false}],"c":[1,{"exists":false}]}})",
    R"({"a":[{"prefix":"ab"},{"suffix":"ba"}]})",
    R"({"b":[{"prefix":{"equals-ignore-case":"Straße"}},{"suffix":{"equals-ignore-case":"İ"}}]})",
    R"({"b":[{"equals-ignore-case":"STRASSE"},{"equals-ignore-case":""}]})",
    R"({"b":[{"wildcard":"a*b*a"},{"wildcard":"*\\**"}]})",
    R"({"b":[{"anything-but":"a"}],"a":[{"anything-but":[1,2]}]})",
    R"({"b":[{"anything-but":{"prefix":["a","b"]}}]})",
    R"({"b":[{"anything-but":{"wildcard":"*a*"}},{"anything-but":{"suffix":"a"}}]})",
    R"({"b":[{"anything-but":{"equals-ignore-case":["ß","a"]}}]})",
    R"({"c":[{"numeric":[">",0,"<=",5]},{"numeric":["=",300]}]})",
    R"({"c":[{"numeric":["<",-1e100]},9007199254740993,0.1]})",
    R"({"c":[{"cidr":"10.0.0.0/9"},{"cidr":"2001:db8::/33"},"::1"]})",
    R"({"$or":[{"a":[1]},{"b":["a"]},{"c":{"$or":[{"a":[1]},{"b":[2]}]}}],"":[""]})",
    R"({"detail":{"a":["é","\u0000","\"\\"],"a.b.c":[{"exists":true}]}})",
    R"({"detail":{"eventName":[{"prefix":"Put"}],"a":{"b":{"c":[{"anything-but":0}]}}}})",
    R"({"source":["shop"],"detail-type":["Order"],"detail":{"total":[{"numeric":[">=",10]}]}})",
};

struct Rules {
    Rules() {
        for (const auto* text : kPatterns) {
            engine.push_back(pattern::Pattern::parse(text).value());
            oracle.push_back(oracle::Pattern::parse(text).value());
            matcher.add(static_cast<pattern::RuleId>(engine.size() - 1), engine.back());
        }
    }

    std::vector<pattern::Pattern> engine;
    std::vector<oracle::Pattern> oracle;
    pattern::Matcher matcher;
};

void require(bool claim) {
    if (!claim)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Rules rules;
    if (size > 2000)
        return 0;
    const std::string text{reinterpret_cast<const char*>(data), size};
    pattern::Scratch scratch;
    std::vector<pattern::RuleId> found;
    const auto status = rules.matcher.match(text, scratch, found);
    const auto event = oracle::parse_event(text);
    require(pattern::check_event(text).has_value() == event.has_value());
    if (!event || !scratch.undecided().empty())
        return 0;

    require(status.has_value());
    for (std::size_t i = 0; i < rules.oracle.size(); ++i) {
        const bool is_found = std::ranges::binary_search(found, static_cast<pattern::RuleId>(i));
        require(rules.oracle[i].matches(*event).value_or(is_found) == is_found);
    }
    const auto one = size % rules.engine.size();
    const auto explanation = pattern::explain(rules.engine[one], text);
    const bool is_one = std::ranges::binary_search(found, static_cast<pattern::RuleId>(one));
    require(explanation && explanation->matches == is_one);
    return 0;
}
