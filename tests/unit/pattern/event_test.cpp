#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "rialto/pattern/explain.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {
namespace {

struct EventTest {
    EventTest() { matcher.add(1, Pattern::parse(R"({"v":[{"exists":true}]})").value()); }

    Status match(const std::string& event) { return matcher.match(event, scratch, found); }

    std::string refusal(const std::string& event) {
        (void)match(event);  // safe, whatever it answers
        const auto status = check_event(event);
        if (status)
            return "accepted";
        CHECK(status.error().code == Errc::InvalidArgument);
        return status.error().message;
    }

    Matcher matcher;
    Scratch scratch;
    std::vector<RuleId> found;
};

std::string nested(std::size_t levels, const std::string& open, const std::string& inner, const std::string& close) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i)
        text += open;
    text += inner;
    for (std::size_t i = 0; i < levels; ++i)
        text += close;
    return text;
}

}  // namespace

TEST_CASE_METHOD(EventTest, "what is not a JSON object is refused with the byte where it goes wrong", "[pattern]") {
    const auto [event, reason] = GENERATE(table<std::string, std::string>({
        {"", "no JSON at byte 0"},
        {"  ", "no JSON at byte 0"},
        {"[]", "an event must be an object at byte 0"},
        {" 1", "an event must be an object at byte 1"},
        {"{", "the event ends too early at byte 1"},
        {"{\"v\"", "expected a colon at byte 4"},
        {"{\"v\" 1}", "expected a colon at byte 5"},
        {"{\"v\":", "the event ends too early at byte 5"},
        {"{\"v\":1", "the event ends too early at byte 6"},
        {"{\"v\":1,", "the event ends too early at byte 7"},
        {"{\"v\":1,}", "expected a name in quotes at byte 7"},
        {"{\"v\":1 2}", "expected a comma or } at byte 7"},
        {"{\"v\":[1 2]}", "expected a comma or ] at byte 8"},
        {"{\"v\":[1,]}", "expected a value at byte 8"},
        {"{\"v\":[1}", "expected a comma or ] at byte 7"},
        {"{\"v\":01}", "expected a value at byte 5"},
        {"{\"v\":tru}", "expected a value at byte 5"},
        {"{\"v\":1}x", "something follows the event at byte 7"},
        {"{\"v\":\"a\"b}", "expected a comma or } at byte 8"},
        {"{\"v\":1\"b\"}", "expected a value at byte 5"},
        {"{1:1}", "expected a name in quotes at byte 1"},
        {"{\"v\":\"a}", "a string without an end at byte 5"},
        {"{\"v\":\"a\nb\"}", "a control character in a string at byte 7"},
        {"{\"v\":\"a\\qb\"}", "an unknown escape at byte 7"},
        {"{\"x\":\"a\\u12g4\"}", "an unknown escape at byte 7"},
        {"{\"x\":\"\xc3\x28\"}", "not UTF-8 at byte 6"},
        {"{\"x\":\"\xed\xa0\x80\"}", "not UTF-8 at byte 6"},
        {std::string("{\"v\":1\0}", 8), "expected a value at byte 5"},
    }));
    INFO(event);
    CHECK(refusal(event) == "not a valid event: " + reason);
}

TEST_CASE_METHOD(EventTest, "broken UTF-8 far inside a long event is found", "[pattern]") {
    std::string event = "{\"v\":\"" + nested(1000, "é", "\xff", "ü") + "\"}";
    CHECK(refusal(event) == "not a valid event: not UTF-8 at byte 2006");
}

TEST_CASE_METHOD(EventTest, "what no rule looks at is checked too", "[pattern]") {
    CHECK(refusal("{\"v\":1,\"other\":{\"x\":[nul]}}") == "not a valid event: expected a value at byte 21");
}

TEST_CASE_METHOD(EventTest, "a thousand levels are read, more are refused", "[pattern]") {
    CHECK(check_event("{\"v\":" + nested(999, "[", "1", "]") + "}"));
    CHECK(match("{\"v\":" + nested(999, "[", "1", "]") + "}"));
    CHECK(found.size() == 1);
    CHECK(match("{\"x\":" + nested(999, "{\"v\":", "1", "}") + "}"));
    CHECK(refusal("{\"v\":" + nested(1000, "[", "1", "]") + "}") ==
          "not a valid event: nested deeper than 1000 levels at byte 1004");
    CHECK(refusal("{\"v\":" + nested(500'000, "[", "", "")).ends_with("at byte 1004"));
}

TEST_CASE_METHOD(EventTest, "the matcher itself bounds how deep it goes", "[pattern]") {
    const auto status = match("{\"v\":" + nested(500'000, "[", "1", "]") + "}");

    REQUIRE_FALSE(status);
    CHECK(status.error().message.find("nested deeper than 1000 levels") != std::string::npos);
}

TEST_CASE_METHOD(EventTest, "a scratch serves on after an error and for larger events", "[pattern]") {
    CHECK_FALSE(match("{\"v\":["));
    CHECK(match("{\"v\":\"" + std::string(100'000, 'x') + "\"}"));
    CHECK(found.size() == 1);
    CHECK(match("{}"));
    CHECK(found.empty());
}

TEST_CASE("a scratch that knows objects of some names finds the same in objects of others", "[pattern]") {
    const std::string long_name = "a name that is longer than any that are expected";
    Matcher matcher;
    matcher.add(0, Pattern::parse(R"({"o":{"b":["1"]}})").value());
    matcher.add(1, Pattern::parse(R"({"o":{"twenty-two bytes of it":["1"]}})").value());
    matcher.add(2, Pattern::parse(R"({"o":{")" + long_name + R"(":["1"]}})").value());
    matcher.add(3, Pattern::parse(R"({"o":{"c":{"d":[true]}}})").value());
    const std::vector<std::string> members{R"("a":"1")",
                                           R"("b":"1")",
                                           R"("b":"2")",
                                           R"("b" : "1")",
                                           R"("\u0062":"1")",
                                           R"("bb":"1")",
                                           R"("twenty-two bytes of it":"1")",
                                           R"("twenty-two bytes of i":"1")",
                                           R"("twenty-two bytes of it!":"1")",
                                           '"' + long_name + R"(":"1")",
                                           R"("c":{"d":true})",
                                           R"("c":{"e":true,"d":false})",
                                           R"("c.d":true)",
                                           R"("z":[{},1])"};
    Scratch known;
    std::vector<RuleId> with_known;
    std::vector<RuleId> with_new;

    std::mt19937 random{1};
    for (int i = 0; i < 3000; ++i) {
        std::string event = R"({"o":{)";
        for (auto count = random() % 5; count > 0; --count)
            event += members[random() % members.size()] + (count > 1 ? "," : "");
        event += "}}";
        INFO(event);
        Scratch unused;
        REQUIRE(matcher.match(event, known, with_known));
        REQUIRE(matcher.match(event, unused, with_new));
        CHECK(with_known == with_new);
        if (i % 100 == 0) {  // the same paths, of another version
            matcher.remove(0);
            matcher.add(0, Pattern::parse(R"({"o":{"b":["1"]}})").value());
        }
    }
}

TEST_CASE("one scratch serves several matchers", "[pattern]") {
    Matcher one;
    Matcher other;
    one.add(1, Pattern::parse(R"({"a":[1]})").value());
    for (RuleId id = 0; id < 50; ++id)
        other.add(id, Pattern::parse(R"({"k)" + std::to_string(id) + R"(":[1]})").value());
    Scratch scratch;
    std::vector<RuleId> found;

    REQUIRE(other.match(R"({"a":1,"k49":1})", scratch, found));
    CHECK(found == std::vector<RuleId>{49});
    REQUIRE(one.match(R"({"a":1,"k49":1})", scratch, found));
    CHECK(found == std::vector<RuleId>{1});
}

TEST_CASE("large arrays under many conditions are matched in linear time", "[pattern]") {
    std::string pattern = "{\"r\":{";
    for (const char field : std::string{"abcdefghij"})
        pattern += std::string{"\""} + field + "\":[{\"anything-but\":\"x\"}],";
    pattern += "\"last\":[\"never\"]},\"s\":{\"t\":[{\"exists\":true}],\"u\":[\"never\"]}}";
    std::string elements;
    for (int i = 0; i < 2000; ++i)
        elements +=
            std::string{i ? "," : ""} + R"({"a":1,"b":2,"c":[3,3],"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":[1,2]})";
    const auto event = "{\"r\":[" + elements + "," + R"({"last":"never"}],"s":[{"t":1},{"u":"never"}]})";
    Matcher matcher;
    matcher.add(1, Pattern::parse(pattern).value());
    Scratch scratch;
    std::vector<RuleId> found;

    REQUIRE(matcher.match(event, scratch, found));
    CHECK(found.empty());
}

TEST_CASE("an event made to explode by naming arrays again and again is refused", "[pattern]") {
    std::string pattern = "{\"r\":{";
    std::string element = "{\"z\":0";
    for (const char field : std::string{"abcdefghij"}) {
        pattern += std::string{"\""} + field + "\":[1],";
        element += std::string{",\""} + field + "\":1";
    }
    pattern += "\"s\":{\"k\":[2],\"l\":[3]}}}";
    std::string event = "{\"x\":0";
    for (int i = 0; i < 10; ++i)
        event.append(",\"r\":[").append(element).append("},").append(element).append("},").append(element).append("}]");
    event += R"(,"r.s":[{"k":2},{"l":3}]})";
    const auto parsed = Pattern::parse(pattern).value();
    Matcher matcher;
    matcher.add(1, parsed);
    Scratch scratch;
    std::vector<RuleId> found;

    matcher.add(2, Pattern::parse(R"({"x":[0]})").value());

    REQUIRE(matcher.match(event, scratch, found));

    CHECK(found == std::vector<RuleId>{2});
    CHECK(std::ranges::equal(scratch.undecided(), std::vector<RuleId>{1}));
    CHECK(matches(parsed, event).error().code == Errc::LimitExceeded);
    CHECK(explain(parsed, event).error().message == matches(parsed, event).error().message);
    CHECK(matcher.match(R"({"r":[{"a":1}]})", scratch, found));
    CHECK(scratch.undecided().empty());
}

}  // namespace rialto::pattern
