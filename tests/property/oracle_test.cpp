#include <catch2/catch.hpp>

#include "tests/oracle/address.hpp"
#include "tests/oracle/complexity.hpp"
#include "tests/oracle/folding.hpp"
#include "tests/oracle/json.hpp"
#include "tests/oracle/number.hpp"
#include "tests/oracle/pattern.hpp"
#include "tests/unit/pattern/cases.hpp"

namespace rialto::oracle {
namespace {

std::string answer(const std::string& pattern_text, const std::string& event_text) {
    const auto pattern = Pattern::parse(pattern_text);
    if (!pattern)
        return "invalid";
    return pattern->matches(parse_event(event_text).value()).value() ? "match" : "no_match";
}

bool is_unclear(const std::string& pattern_text) {
    const auto pattern = Pattern::parse(pattern_text);
    return pattern && pattern->may_be_too_complex();
}

Complexity complexity_of(const std::vector<std::string>& wildcards) {
    std::vector<std::vector<Wildcard>> terms;
    for (const auto& wildcard : wildcards)
        terms.push_back({parse_wildcard(wildcard).value()});
    return complexity(terms);
}

}  // namespace

TEST_CASE("the oracle answers each pattern case as the case says", "[oracle]") {
    for (const auto& [expect, pattern, event, place] : pattern::test::all_cases()) {
        INFO(place << " " << pattern << " " << event);
        CHECK((is_unclear(pattern) || answer(pattern, event) == expect));
    }
}

TEST_CASE("the oracle gives up on an event that would keep it busy for ever", "[oracle]") {
    std::string fields;
    std::string elements;
    for (const std::string name : {"a", "b", "c", "d", "e"}) {
        fields += "\"" + name + "\":{\"x\":[1]},";
        elements += "\"" + name + "\":[";
        for (int i = 0; i < 100; ++i)
            elements += "{\"x\":1},";
        elements.back() = ']';
        elements += ",";
    }
    const auto pattern = Pattern::parse("{" + fields + "\"z\":[1]}").value();

    CHECK(pattern.matches(parse_event("{" + elements + "\"z\":1}").value()) == true);
    CHECK(pattern.matches(parse_event("{" + elements + "\"z\":2}").value()) == std::nullopt);
}

TEST_CASE("the oracle's JSON keeps names that come twice and the spelling of everything", "[oracle]") {
    const std::string text = R"({"a":1e2,"\u0061":["\u00e9\/😀",{}],"a":[],"\ud83d":null})";

    const auto json = parse_json(" " + text + "\n", Rest::Refused).value();

    CHECK(write_json(json) == text);
    CHECK(json.names[1].value == "a");
    CHECK(json.values[1].values[0].text.value == "é/😀");
    CHECK(json.names[3].value == "?");
}

TEST_CASE("the oracle refuses what is not JSON", "[oracle]") {
    const std::string text = GENERATE(values<std::string>(
        {"",         "nul",   "01",  "1.",  ".5",      "+1",          "1e",     "[1,]",     "[1 2]", "{\"a\"}",
         "{\"a\":}", "{a:1}", "'a'", "\"a", "\"\\q\"", "\"\\u12g4\"", "\"\n\"", "\"\xff\"", "1 2",   "\xef\xbb\xbf{}",
         "[1}"}));
    INFO(text);
    CHECK_FALSE(parse_json(text, Rest::Refused));
}

TEST_CASE("a number is comparable if a double holds it exactly", "[oracle]") {
    const auto is_comparable = [](const char* text) { return Number::in_pattern(text).value().has_value(); };

    for (const auto* text : {"0", "-0", "0e99999", "300", "3.0e2", "9007199254740992", "1e100", "0.1234567", "1e-320",
                             "0.000001234", "1.7976931348623157e308", "0.1e-3"}) {
        INFO(text);
        CHECK(is_comparable(text));
    }
    for (const auto* text : {"9007199254740993", "1.0000000000000001", "0.1234567890123456789", "1e309", "1e-400",
                             "1e99999999999999999999"}) {
        INFO(text);
        CHECK_FALSE(is_comparable(text));
    }
}

TEST_CASE("an event's whole numbers keep their text and others are doubles", "[oracle]") {
    const auto are_same = [](const char* literal, const char* found) {
        return is_same(Number::in_pattern(literal), Number::in_event(found));
    };

    CHECK(are_same("1", "1.0000000000000001"));
    CHECK(are_same("9007199254740992", "9007199254740993.0"));
    CHECK(are_same("9007199254740993", "9007199254740993"));
    CHECK_FALSE(are_same("9007199254740992", "9007199254740993"));
    CHECK_FALSE(are_same("1.0000000000000001", "1.0000000000000001"));
    CHECK_FALSE(are_same("1e400", "1e400"));
}

TEST_CASE("addresses are read in all their spellings", "[oracle]") {
    CHECK(parse_address("1:0::2:3") == parse_address("0001:0:0:0:0:0:2:3"));
    CHECK(parse_address("010.0.00.1") == parse_address("10.0.0.1"));
    CHECK(parse_address("::ffff:102:304") == parse_address("1.2.3.4"));
    CHECK(parse_address("1:2:3:4:5:6:7::") == parse_address("1:2:3:4:5:6:7:0"));
    for (const auto* text :
         {"", ":", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "1.2.3.4 ", ":::", "1::2::3", "1:2:3:4:5:6:7",
          "1:2:3:4:5:6:7:8::", "1:2:3:4:5:6:7:8:9", ":1:2:3:4:5:6:7:8", "12345::", "g::", "::1.2.3.4", "::-1"}) {
        INFO(text);
        CHECK_FALSE(parse_address(text));
    }
}

TEST_CASE("a range holds the addresses of its family that begin alike", "[oracle]") {
    const auto range = parse_range("10.0.0.77/25").value();

    CHECK(range.contains(parse_address("10.0.0.127").value()));
    CHECK_FALSE(range.contains(parse_address("10.0.0.128").value()));
    CHECK_FALSE(parse_range("::/0").value().contains(parse_address("10.0.0.1").value()));
    for (const auto* text : {"1.2.3.4", "1.2.3.4/", "1.2.3.4/32", "::/128", "1.2.3.4/-1", "1.2.3.4//8", "/8", "x/8"}) {
        INFO(text);
        CHECK_FALSE(parse_range(text));
    }
}

TEST_CASE("a character folds to its lower and its upper case only", "[oracle]") {
    CHECK(folded_equals("STRASSE", "Straße"));
    CHECK(folded_suffix("xss", "Ss"));
    CHECK(folded_prefix("i\u0307x", "İ"));
    CHECK_FALSE(folded_equals("strasse", "Straße"));
    CHECK_FALSE(folded_equals("ς", "Σ"));
    CHECK_FALSE(folded_equals("ǅ", "ǅ"));
    CHECK_FALSE(folded_equals("𐐨", "𐐀"));
    CHECK(folded_equals("𐐀", "𐐀"));
}

TEST_CASE("wildcards are too complex when an input can be in ten of them at once", "[oracle]") {
    CHECK(complexity_of({"*a*a*a*a"}) == Complexity::Fine);
    CHECK(complexity_of({"*a*a*a*a*a"}) == Complexity::Unclear);
    CHECK(complexity_of({"*a*a*a*a*a*a*"}) == Complexity::Excessive);
    CHECK(complexity_of({"*:*:*:*:*:event-bus/*"}) == Complexity::Excessive);
    CHECK(complexity_of({"*aba*", "ab*b*"}) == Complexity::Fine);
    CHECK(complexity_of({"*éé*", "literal", "*ab*ad"}) == Complexity::Fine);
    CHECK(complexity_of({"a*\\*", "ab*b*", "ab*b*", "*aba*", "ab*c", "literal", "a*bc"}) == Complexity::Unclear);
}

}  // namespace rialto::oracle
