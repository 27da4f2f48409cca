#include "rialto/pattern/matcher.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "rialto/pattern/explain.hpp"

namespace rialto::pattern {
namespace {

/// Small random patterns and events that often meet.
class Generator {
public:
    explicit Generator(unsigned seed) : random_{seed} {}

    std::string pattern() {
        return object([this] { return "[" + list([this] { return test(); }) + "]"; }, true, 2);
    }
    std::string event() {
        return object([this] { return value(2); }, false, 2);
    }

    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_); }

private:
    template <class Leaf>
    std::string object(const Leaf& leaf, bool with_or, int depth) {
        std::string text = "{";
        const auto count = 1 + below(3);
        for (std::size_t i = 0; i < count; ++i) {
            text += i ? "," : "";
            const auto kind = below(6);
            if (with_or && kind == 0 && depth > 0)
                text += "\"$or\":[" + object(leaf, false, depth - 1) + "," + object(leaf, false, depth - 1) + "]";
            else
                text += name() + ":" + (kind < 3 && depth > 0 ? object(leaf, with_or, depth - 1) : leaf());
        }
        return text + "}";
    }

    template <class Element>
    std::string list(const Element& element) {
        std::string text = element();
        for (auto more = below(3); more > 0; --more)
            text += "," + element();
        return text;
    }

    std::string name() { return pick({"\"a\"", "\"b\"", "\"c\"", "\"a.b\"", "\"a-b\""}); }
    std::string scalar() {
        return pick({"1", "2", "1.0", "\"x\"", "\"xy\"", "\"Xy\"", "\"\"", "true", "null", "\"10.0.0.1\""});
    }
    std::string test() {
        if (below(2) == 0)
            return scalar();
        return pick({R"({"prefix":"x"})", R"({"suffix":"y"})", R"({"exists":true})", R"({"exists":false})",
                     R"({"anything-but":"x"})", R"({"anything-but":[1,2]})", R"({"numeric":[">",1]})",
                     R"({"equals-ignore-case":"xY"})", R"({"wildcard":"x*"})", R"({"cidr":"10.0.0.0/8"})",
                     R"({"anything-but":{"prefix":"x"}})"});
    }
    std::string value(int depth) {
        const auto kind = below(5);
        if (kind == 0 && depth > 0)
            return "[" + list([this, depth] { return value(depth - 1); }) + "]";
        if (kind == 1 && depth > 0)
            return object([this, depth] { return value(depth - 1); }, false, depth - 1);
        return kind == 2 ? "[]" : scalar();
    }
    std::string pick(std::initializer_list<const char*> choices) { return *(choices.begin() + below(choices.size())); }

    std::mt19937 random_;
};

std::vector<RuleId> one_by_one(const std::map<RuleId, Pattern>& patterns, const std::string& event) {
    std::vector<RuleId> ids;
    for (const auto& [id, pattern] : patterns) {
        if (explain(pattern, event).value().matches)
            ids.push_back(id);
    }
    return ids;
}

}  // namespace

TEST_CASE("a matcher with many rules finds what each rule alone finds", "[pattern]") {
    Generator generate{1};
    Matcher matcher;
    std::map<RuleId, Pattern> patterns;
    for (RuleId id = 0; id < 300; ++id) {
        auto pattern = Pattern::parse(generate.pattern());
        if (!pattern)
            continue;
        matcher.add(id, *pattern);
        patterns.emplace(id, *pattern);
    }
    REQUIRE(patterns.size() > 250);
    Scratch scratch;
    std::vector<RuleId> found;
    std::size_t total = 0;

    for (int i = 0; i < 100; ++i) {
        const auto event = generate.event();
        INFO(event);
        REQUIRE(matcher.match(event, scratch, found));
        CHECK(found == one_by_one(patterns, event));
        total += found.size();
    }
    CHECK(total > 300);
}

TEST_CASE("rules added and removed in any order leave what a fresh matcher has", "[pattern]") {
    Generator generate{2};
    Matcher matcher;
    std::map<RuleId, Pattern> patterns;
    Scratch scratch;
    std::vector<RuleId> found;
    std::vector<RuleId> expected;

    for (int round = 0; round < 1500; ++round) {
        const auto id = static_cast<RuleId>(generate.below(60));
        if (patterns.erase(id) > 0) {
            matcher.remove(id);
        } else if (auto pattern = Pattern::parse(generate.pattern())) {
            matcher.add(id, *pattern);
            patterns.emplace(id, *pattern);
        }
        CHECK(matcher.size() == patterns.size());
        if (round % 10 != 0)
            continue;
        Matcher fresh;
        for (const auto& [key, pattern] : patterns)
            fresh.add(key, pattern);
        const auto event = generate.event();
        REQUIRE(matcher.match(event, scratch, found));
        REQUIRE(fresh.match(event, scratch, expected));
        CHECK(found == expected);
    }
}

TEST_CASE("a damaged event is refused or matched, by matcher and explanation alike", "[pattern]") {
    Generator generate{3};
    Matcher matcher;
    const auto pattern = Pattern::parse(R"({"a":[{"anything-but":"x"}],"b":{"c":[{"exists":false},1]}})").value();
    matcher.add(1, pattern);
    Scratch scratch;
    std::vector<RuleId> found;

    for (int i = 0; i < 5000; ++i) {
        auto event = generate.event();
        event[generate.below(event.size())] = "{}[],:\"\\1e.-a\n\xff"[generate.below(15)];
        const auto checked = check_event(event);
        const auto status = matcher.match(event, scratch, found);
        const auto explanation = explain(pattern, event);
        REQUIRE(checked.has_value() == explanation.has_value());
        if (!checked)
            continue;
        REQUIRE(status);
        CHECK(explanation->matches == !found.empty());
    }
}

TEST_CASE("removing an id that is not there does nothing", "[pattern]") {
    Matcher matcher;
    matcher.add(1, Pattern::parse(R"({"a":[1]})").value());

    matcher.remove(2);

    CHECK(matcher.size() == 1);
}

TEST_CASE("a rule that matches in several ways is found once, and ids come in ascending order", "[pattern]") {
    Matcher matcher;
    for (const RuleId id : {9U, 3U, 5U})
        matcher.add(id, Pattern::parse(R"({"$or":[{"a":["x","y"]},{"b":[1]}]})").value());
    Scratch scratch;
    std::vector<RuleId> found;

    REQUIRE(matcher.match(R"({"a":["x","y"],"b":1})", scratch, found));

    CHECK(found == std::vector<RuleId>{3, 5, 9});
}

}  // namespace rialto::pattern
