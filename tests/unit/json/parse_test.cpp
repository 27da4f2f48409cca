#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "rialto/json/value.hpp"

using namespace rialto;
using namespace rialto::json;

namespace {

std::string error_of(std::string_view text, const ParseLimits& limits = {}) {
    const auto value = parse(text, limits);
    return value ? "no error" : value.error().message;
}

std::string repeat(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

}  // namespace

TEST_CASE("what is read is written as it was, without the space", "[json]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"null", "null"},
        {" \t\r\n true ", "true"},
        {"false", "false"},
        {R"("a b")", R"("a b")"},
        {"[ ]", "[]"},
        {"{ }", "{}"},
        {R"({ "b" : 1 , "a" : [ 1 , { } , [ ] ] })", R"({"b":1,"a":[1,{},[]]})"},
        {R"("\u00e9\u20AC\ud83d\ude00")", "\"é€😀\""},
        {R"("\"\\\/\b\f\n\r\t\u0000\u001f")", R"("\"\\/\b\f\n\r\t\u0000\u001f")"},
        {"\"é€😀\x7f\"", "\"é€😀\x7f\""},
        {"[0,-0,1.50,1e400,-1E-400,123456789012345678901234567890]",
         "[0,-0,1.50,1e400,-1E-400,123456789012345678901234567890]"},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        const auto value = parse(text);
        REQUIRE(value);
        CHECK(write(*value) == expected);
    }
}

TEST_CASE("half a surrogate pair becomes a question mark where that is asked for", "[json]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"("\ud800")", R"("?")"},
        {R"("\udc00x")", R"("?x")"},
        {R"("\ud800\u0041")", R"("?A")"},
        {R"("\ud800\n")", R"("?\n")"},
        {R"("\ud83d\ud83d\ude00")", "\"?😀\""},
        {R"({"\udfff":1})", R"({"?":1})"},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        const auto value = parse(text, {.reject_half_pairs = false});
        REQUIRE(value);
        CHECK(write(*value) == expected);
    }
    CHECK_FALSE(parse(R"("\ud800\u00")", {.reject_half_pairs = false}));
}

TEST_CASE("broken text is refused with its place and its fault", "[json]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "line 1, column 1: expected a value, but the text ends"},
        {"  \n ", "line 2, column 2: expected a value, but the text ends"},
        {"nul", "line 1, column 1: expected a value"},
        {"truefalse", "line 1, column 5: expected nothing after the value"},
        {"1 2", "line 1, column 3: expected nothing after the value"},
        {"[1,]", "line 1, column 4: expected a value"},
        {"[1 2]", "line 1, column 4: expected ',' or ']'"},
        {"[1", "line 1, column 3: expected ',' or ']', but the text ends"},
        {"[1}", "line 1, column 3: expected ',' or ']'"},
        {"]", "line 1, column 1: expected a value"},
        {"{\"a\":1,}", "line 1, column 8: expected a name in double quotes"},
        {"{a:1}", "line 1, column 2: expected a name in double quotes"},
        {"{\"a\" 1}", "line 1, column 6: expected ':'"},
        {"{\"a\":}", "line 1, column 6: expected a value"},
        {"{\"a\":1", "line 1, column 7: expected ',' or '}', but the text ends"},
        {"{\n  \"é\": 'x'}", "line 2, column 8: expected a value"},
        {"\"abc", "line 1, column 1: the string is not closed"},
        {"\"a\\\"", "line 1, column 1: the string is not closed"},
        {"\"a\nb\"", "line 1, column 3: a control character in a string must be escaped"},
        {"\"\\x\"", "line 1, column 2: unknown escape in a string"},
        {"\"\\", "line 1, column 2: unknown escape in a string"},
        {"\"\\u12\"", "line 1, column 2: \\u needs four hexadecimal digits"},
        {"\"\\u12g4\"", "line 1, column 2: \\u needs four hexadecimal digits"},
        {"\"\\u-123\"", "line 1, column 2: \\u needs four hexadecimal digits"},
        {"\"\\ud800\"", "line 1, column 2: a surrogate without its partner"},
        {"\"\\ud800\\u0041\"", "line 1, column 2: a surrogate without its partner"},
        {"\"\\udc00\"", "line 1, column 2: a surrogate without its partner"},
        {"01", "line 1, column 1: a number must not begin with 0"},
        {"-01", "line 1, column 1: a number must not begin with 0"},
        {"-", "line 1, column 2: expected a digit, but the text ends"},
        {"+1", "line 1, column 1: expected a value"},
        {".5", "line 1, column 1: expected a value"},
        {"1.", "line 1, column 3: expected a digit after the decimal point, but the text ends"},
        {"1.e5", "line 1, column 3: expected a digit after the decimal point"},
        {"1e", "line 1, column 3: expected a digit in the exponent, but the text ends"},
        {"1e+-1", "line 1, column 4: expected a digit in the exponent"},
        {"NaN", "line 1, column 1: expected a value"},
        {"Infinity", "line 1, column 1: expected a value"},
        {"// no\n1", "line 1, column 1: expected a value"},
        {"\xef\xbb\xbf{}", "line 1, column 1: expected a value"},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        CHECK(error_of(text) == expected);
    }
}

TEST_CASE("NUL bytes are refused wherever they stand", "[json]") {
    using namespace std::string_view_literals;
    CHECK(error_of("1\0"sv) == "line 1, column 2: expected nothing after the value");
    CHECK(error_of("[1\0]"sv) == "line 1, column 3: expected ',' or ']'");
    CHECK(error_of("\0"sv) == "line 1, column 1: expected a value");
    CHECK(error_of("\"a\0b\""sv) == "line 1, column 3: a control character in a string must be escaped");
}

TEST_CASE("ill-formed UTF-8 is refused where it begins", "[json]") {
    for (const std::string bad : {"\x80", "\xc0\xaf", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xe2\x82"}) {
        INFO(bad);
        CHECK(error_of("\"é" + bad + "\"") == "line 1, column 3: the text is not well-formed UTF-8");
        CHECK_FALSE(parse("{\"" + bad + "\":1}"));
        CHECK_FALSE(parse(bad));
    }
}

TEST_CASE("of several faults the first is named", "[json]") {
    CHECK(error_of("[1 2,\"\xff\"]") == "line 1, column 4: expected ',' or ']'");
    CHECK(error_of("[\"\\n\xff\", 1 2]") == "line 1, column 5: the text is not well-formed UTF-8");
    CHECK(error_of("[\"\xc3\\u00a9\"]") == "line 1, column 3: the text is not well-formed UTF-8");
}

TEST_CASE("depth is limited, and the limit named", "[json]") {
    const auto nested = [](std::size_t depth) { return repeat("[", depth) + repeat("]", depth); };

    CHECK(parse(nested(100)));
    CHECK(error_of(nested(101)) == "line 1, column 101: nested deeper than 100 levels");
    CHECK(parse(nested(1000), {.depth = 1000}));
    CHECK(error_of("[{\"a\":[1]}]", {.depth = 2}) == "line 1, column 7: nested deeper than 2 levels");
    CHECK(error_of(repeat("[", 1'000'000)) == "line 1, column 101: nested deeper than 100 levels");
    CHECK(error_of("[]", {.depth = 0}) == "line 1, column 1: nested deeper than 0 levels");
}

TEST_CASE("values of a thousand levels are copied, compared, written and destroyed", "[json]") {
    const auto text = repeat("{\"a\":[", 500) + repeat("]}", 500);

    const auto value = parse(text, {.depth = 1000});
    REQUIRE(value);
    const Value copy = *value;

    CHECK(copy == *value);
    CHECK(write(copy) == text);
}

TEST_CASE("a duplicate key is refused by name, place and path", "[json]") {
    CHECK(error_of(R"({"a":1,"a":2})") == R"(line 1, column 8: duplicate key "a" in $)");
    CHECK(error_of("{\"detail\":{\"items\":[0,\n {\"b\":1, \"\\u0062\":2}]}}") ==
          R"(line 2, column 10: duplicate key "b" in $.detail.items[1])");
    CHECK(error_of(R"({"a":{"a":1},"b":{"a":1}})") == "no error");
}

TEST_CASE("a duplicate key replaces the earlier one where that is allowed", "[json]") {
    const auto value = parse(R"({"a":1,"b":2,"a":[3]})", {.reject_duplicate_keys = false});

    REQUIRE(value);
    CHECK(write(*value) == R"({"a":[3],"b":2})");
}

TEST_CASE("duplicates are found among many members, in reasonable time", "[json]") {
    std::string text = "{";
    for (int i = 0; i < 100'000; ++i)
        text += "\"member" + std::to_string(i) + "\":1,";
    const auto last = text + "\"last\":1}";
    const auto twice = text + "\"member3\":2}";

    CHECK(parse(last));
    CHECK(error_of(twice).ends_with("duplicate key \"member3\" in $"));
    const auto replaced = parse(twice, {.reject_duplicate_keys = false});
    REQUIRE(replaced);
    CHECK(replaced->find("member3")->as_int64() == 2);
    CHECK(*replaced == *parse(twice, {.reject_duplicate_keys = false}));
}
