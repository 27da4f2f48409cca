#include <catch2/catch.hpp>

#include "cases.hpp"
#include "rialto/pattern/explain.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {
TEST_CASE("a pattern matches, does not match or is refused as its case says", "[pattern]") {
    const auto cases = test::all_cases();
    REQUIRE(cases.size() > 300);

    for (const auto& [expect, pattern_text, event_or_reason, place] : cases) {
        INFO(place << " " << pattern_text << " " << event_or_reason);
        const auto pattern = Pattern::parse(pattern_text);
        if (expect == "invalid") {
            REQUIRE_FALSE(pattern);
            CHECK(pattern.error().code == Errc::InvalidArgument);
            CHECK(pattern.error().message.substr(0, pattern.error().message.find("\n at ")) == event_or_reason);
        } else {
            REQUIRE(pattern);
            CHECK(matches(*pattern, event_or_reason).value() == (expect == "match"));
        }
    }
}

TEST_CASE("one matcher with every pattern answers as each pattern alone", "[pattern]") {
    Matcher matcher;
    std::vector<std::pair<RuleId, Pattern>> patterns;
    std::vector<std::string> events;
    for (const auto& [expect, pattern_text, event, place] : test::all_cases()) {
        if (expect == "invalid")
            continue;
        const auto id = static_cast<RuleId>(patterns.size());
        patterns.emplace_back(id, Pattern::parse(pattern_text).value());
        matcher.add(id, patterns.back().second);
        events.push_back(event);
    }
    Scratch scratch;
    std::vector<RuleId> found;

    // Explaining takes its time, and neighbouring events are alike.
    for (std::size_t i = 0; i < events.size(); i += 7) {
        const auto& event = events[i];
        REQUIRE(matcher.match(event, scratch, found));
        std::vector<RuleId> expected;
        for (const auto& [id, pattern] : patterns) {
            if (explain(pattern, event).value().matches)
                expected.push_back(id);
        }
        INFO(event);
        CHECK(found == expected);
    }
}

TEST_CASE("a pattern keeps its text", "[pattern]") {
    const std::string text = "{ \"a\": [1] }";
    CHECK(Pattern::parse(text).value().text() == text);
}

TEST_CASE("the reason for a refusal ends with the place that AWS names", "[pattern]") {
    const auto reason = [](std::string_view text) { return Pattern::parse(text).error().message; };

    CHECK(reason("{\"int\": 42}") ==
          "\"int\" must be an object or an array\n at [Source: (String)\"{\"int\": 42}\"; line: 1, column: 11]");
    CHECK(reason("[]") == "Filter is not an object\n at [Source: (String)\"[]\"; line: 1, column: 2]");
    CHECK(reason("{\n \"é😀\": []}") ==
          "Empty arrays are not allowed\n at [Source: (String)\"{\n \"é😀\": []}\"; line: 2, column: 11]");
    const std::string in_list = "{\"a\":[{\"anything-but\":[\"x\",null]}]}";
    const std::string place = "\n at [Source: (String)\"" + in_list + "\"; line: 1, column: 32]";
    CHECK(reason(in_list) == "Inside anything but list, start|null|boolean is not supported." + place + place);
}

TEST_CASE("the place shows at most 500 characters of the pattern", "[pattern]") {
    const std::string text = "{\"" + std::string(600, 'k') + "\":1}";

    const auto message = Pattern::parse(text).error().message;

    CHECK(message.find("\"[truncated 106 chars]; line: 1, column: 606]") != std::string::npos);
}

TEST_CASE("a pattern nested beyond all sense is refused", "[pattern]") {
    std::string text;
    for (int i = 0; i < 10'000; ++i)
        text += "{\"a\":";

    const auto pattern = Pattern::parse(text);

    REQUIRE_FALSE(pattern);
    CHECK(pattern.error().message.starts_with("Document nesting depth (1001) exceeds the maximum allowed"));
}

TEST_CASE("a pattern longer than the limit is refused", "[pattern]") {
    const std::string begin = R"({"a":[")";
    const std::string end = R"("]})";
    const auto of_size = [&](std::size_t size) {
        return begin + std::string(size - begin.size() - end.size(), 'x') + end;
    };

    CHECK(Pattern::parse(of_size(Pattern::kMaxSize)));
    CHECK(Pattern::parse(of_size(Pattern::kMaxSize + 1)).error().message ==
          "Event pattern is too large: 65537 bytes, at most 65536 are allowed");
}

TEST_CASE("a pattern that is not UTF-8 is refused", "[pattern]") { CHECK_FALSE(Pattern::parse("{\"a\":[\"\xff\"]}")); }

}  // namespace rialto::pattern
