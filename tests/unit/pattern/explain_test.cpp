#include "rialto/pattern/explain.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {
namespace {

/// A pattern, an event, and the text that tells why.
struct Case {
    std::string pattern;
    std::string event;
    std::string text;
    bool matches = false;
};

/// tests/data/explain/cases.txt: a line each for pattern and event, then the text, and the verdict in the last line.
std::vector<Case> all_cases() {
    std::ifstream file{RIALTO_TEST_DATA "/explain/cases.txt"};
    std::vector<Case> cases;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#'))
            continue;
        Case& added = cases.emplace_back();
        added.pattern = line;
        std::getline(file, added.event);
        while (std::getline(file, line) && line != "match" && line != "no match")
            added.text += line + '\n';
        added.matches = line == "match";
    }
    return cases;
}

Explanation explained(std::string_view pattern, std::string_view event) {
    return explain(Pattern::parse(pattern).value(), event).value();
}

}  // namespace

TEST_CASE("an explanation says what was wanted, what was found and what was near", "[pattern]") {
    const auto cases = all_cases();
    REQUIRE(cases.size() > 50);

    for (const auto& [pattern, event, text, matches] : cases) {
        INFO(pattern << ' ' << event);
        const auto explanation = explained(pattern, event);
        CHECK(to_text(explanation) == text);
        CHECK(explanation.matches == matches);
        CHECK(pattern::matches(Pattern::parse(pattern).value(), event).value() == matches);
    }
}

TEST_CASE("an explanation can be read by programs", "[pattern]") {
    const auto failed = explained(R"({"a":{"b":[1]}})", R"({"a":{"b":"1"}})");
    CHECK(
        to_json(failed) ==
        R"({"matches":false,"alternativeCount":1,"alternatives":[{"number":1,"matches":false,"inOtherElements":false,)"
        R"("conditions":[{"path":"a.b","holds":false,"wanted":"[1]","found":["\"1\""],"foundCount":1,"reached":"",)"
        R"("nearMisses":[{"kind":"inQuotes","path":"a.b","value":"\"1\"",)"
        R"("text":"a.b is \"1\", which would do without the quotes"}]}]}]})");

    const auto absent = explained(R"({"a":{"b":[{"exists":false}]}})", R"({"a":{}})");
    CHECK(to_json(absent) ==
          R"({"matches":true,"alternativeCount":1,"alternatives":[{"number":1,"matches":true,"inOtherElements":false,)"
          R"("conditions":[{"path":"a.b","holds":true,"wanted":"[{\"exists\":false}]","found":[],"foundCount":0,)"
          R"("reached":"a","nearMisses":[]}]}]})");
}

TEST_CASE("every near miss has its kind", "[pattern]") {
    using Kind = NearMiss::Kind;
    const auto kind = [](std::string_view pattern, std::string_view event) {
        return explained(pattern, event).alternatives.at(0).conditions.at(0).near_misses.at(0).kind;
    };

    CHECK(kind(R"({"a":["x"]})", R"({"a":"X"})") == Kind::OtherCase);
    CHECK(kind(R"({"a":[1]})", R"({"a":"1"})") == Kind::InQuotes);
    CHECK(kind(R"({"a":["1"]})", R"({"a":1})") == Kind::NoQuotes);
    CHECK(kind(R"({"a":["x"]})", R"({"a":"x "})") == Kind::SpaceAround);
    CHECK(kind(R"({"a_b":[1]})", R"({"aB":1})") == Kind::OtherName);
    CHECK(kind(R"({"a":{"b":[1]}})", R"({"b":1})") == Kind::OtherLevel);
    CHECK(kind(R"({"a":{"b":[1]}})", R"({"a":"{\"b\":1}"})") == Kind::InText);
    CHECK(kind(R"({"a":[{"wildcard":"Run*g"}]})", R"({"a":"running"})") == Kind::OtherCase);
}

TEST_CASE("what differs in two things is near too, behind what differs in one", "[pattern]") {
    using Kind = NearMiss::Kind;
    const auto misses = [](std::string_view pattern, std::string_view event) {
        return explained(pattern, event).alternatives.at(0).conditions.at(0).near_misses;
    };

    const auto name_and_value = misses(R"({"detail":{"state":["running"]}})", R"({"detail":{"State":"RUNNING"}})");
    REQUIRE(name_and_value.size() == 1);
    CHECK(name_and_value[0].kind == Kind::OtherName);
    CHECK(name_and_value[0].besides == Kind::OtherCase);

    const auto level_and_name = misses(R"({"detail":{"n":[1]}})", R"({"detail":{"data":{"N":1}}})");
    REQUIRE(level_and_name.size() == 1);
    CHECK(level_and_name[0].kind == Kind::OtherLevel);
    CHECK(level_and_name[0].besides == Kind::OtherName);

    CHECK(misses(R"({"detail":{"n":[1]}})", R"({"detail":{"data":{"N":"1"}}})").empty());

    const auto both = misses(R"({"a":{"n":["x"]}})", R"({"a":{"N":"X"},"n":"x"})");
    REQUIRE(both.size() == 2);
    CHECK(both[0].kind == Kind::OtherLevel);
    CHECK_FALSE(both[0].besides);
    CHECK(both[1].besides == Kind::OtherCase);
}

TEST_CASE("the size of an explanation does not depend on the event", "[pattern]") {
    std::string event = R"({"a":[")" + std::string(100'000, 'x') + '"';
    for (int i = 0; i < 100'000; ++i)
        event += R"(,"X")";
    event += R"(],")" + std::string(100'000, 'k') + R"(":{"b":["x","x"]}})";

    const auto explanation = explained(R"({"a":["x"],"b":["x"]})", event);

    CHECK(explanation.alternatives.front().conditions.front().found_count == 100'001);
    CHECK(to_text(explanation).size() < 1'000);
    CHECK(to_json(explanation).size() < 2'000);
}

TEST_CASE("near fields are looked for in the events that one can look around in", "[pattern]") {
    const auto event = [](int fields) {
        std::string text = R"({"a":{"b":1},"c":[0)";
        for (int i = 5; i < fields; ++i)  // the event, a, b, c and the first 0 are fields too
            text += ",0";
        return text + "]}";
    };
    const auto condition = [&event](int fields) {
        return explained(R"({"b":[1]})", event(fields)).alternatives.front().conditions.front();
    };

    CHECK(condition(20'000).near_misses.size() == 1);
    CHECK(condition(20'001).near_misses.empty());
}

TEST_CASE("fields far down are found, but they are near nothing", "[pattern]") {
    std::string path;
    std::string event = R"({"a":1)";
    for (int i = 0; i < 300; ++i) {
        path += path.empty() ? "k" : ".k";
        event += R"(,"k":{"a":1)";
    }
    event += std::string(301, '}');

    const auto explanation = explained(R"({")" + path + R"(.a":[1],")" + path + R"(.b":[1],"z":[1]})", event);

    const auto& conditions = explanation.alternatives.front().conditions;
    CHECK(conditions.at(0).holds);
    CHECK(conditions.at(1).reached == path.substr(0, 499));
    CHECK(conditions.at(2).reached.empty());
}

TEST_CASE("the alternatives nearest to a match come first, and only a few of them", "[pattern]") {
    const auto explanation = explained(
        R"({"$or":[{"a":[1],"b":[1]},{"a":[1],"b":[2]},{"a":[1],"c":[1]},{"b":[2]},{"d":[1]},{"e":[1]},{"f":[1]}]})",
        R"({"b":2})");

    CHECK(explanation.alternative_count == 7);
    std::vector<std::size_t> numbers;
    for (const auto& alternative : explanation.alternatives)
        numbers.push_back(alternative.number);
    CHECK(numbers == std::vector<std::size_t>{4, 2, 5, 6, 7});
}

TEST_CASE("what is no event is neither matched nor explained", "[pattern]") {
    const auto pattern = Pattern::parse(R"({"a":[1]})").value();

    CHECK(matches(pattern, "[]").error().code == Errc::InvalidArgument);
    CHECK(explain(pattern, "[]").error().message == matches(pattern, "[]").error().message);
}

}  // namespace rialto::pattern
