#include "rialto/json/value.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace rialto::json;

namespace {

Value read(std::string_view text) { return parse(text).value(); }

}  // namespace

TEST_CASE("a number is an integer only if its text is one that fits", "[json]") {
    const std::vector<std::pair<std::string, std::optional<std::int64_t>>> cases{
        {"0", 0},
        {"-0", 0},
        {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
        {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
        {"9223372036854775808", {}},
        {"1.0", {}},
        {"1e3", {}},
        {"\"1\"", {}},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        CHECK(read(text).as_int64() == expected);
    }
}

TEST_CASE("a number is a double unless it is beyond all doubles", "[json]") {
    const std::vector<std::pair<std::string, std::optional<double>>> cases{
        {"1.5", 1.5},     {"1e3", 1000},    {"1e-400", 0},
        {"1e308", 1e308}, {"1e400", {}},    {"-1e400", {}},
        {"true", {}},     {"-0.25", -0.25}, {"123456789012345678901234567890", 123456789012345678901234567890.0},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        CHECK(read(text).as_double() == expected);
    }
}

TEST_CASE("numbers of the program are written so that they read back the same", "[json]") {
    CHECK(write(0.1) == "0.1");
    CHECK(write(5.0) == "5");
    CHECK(write(1e300) == "1e+300");
    CHECK(write(std::nan("")) == "null");
    CHECK(write(std::numeric_limits<double>::infinity()) == "null");
    CHECK(write(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
}

TEST_CASE("equality is JSON's: any order of members, numbers by text", "[json]") {
    CHECK(read(R"({"a":1,"b":[true,null]})") == read(R"({"b":[true,null],"a":1})"));
    CHECK_FALSE(read("[1,2]") == read("[2,1]"));
    CHECK_FALSE(read("1") == read("1.0"));
    CHECK_FALSE(read("1") == read("\"1\""));
    CHECK_FALSE(read("null") == read("false"));
    CHECK_FALSE(read(R"({"a":1})") == read(R"({"a":1,"b":2})"));
    CHECK_FALSE(read(R"({"a":1,"b":2})") == read(R"({"a":1,"c":2})"));
}

TEST_CASE("members are found, replaced and removed by name and keep their order", "[json]") {
    Object object{{"b", 1}, {"a", "x"}};

    object.set("c", nullptr);
    object.set("b", true);
    object.remove("a");
    object.remove("none");

    CHECK(write(object) == R"({"b":true,"c":null})");
    CHECK(object.size() == 2);
    CHECK(object.find("a") == nullptr);
    CHECK(Value{object}.find("b")->as_bool() != nullptr);
    CHECK(Value{1}.find("b") == nullptr);
}

TEST_CASE("types are named as JSON names them", "[json]") {
    CHECK(Value{}.type_name() == "null");
    CHECK(Value{true}.type_name() == "boolean");
    CHECK(Value{1}.type_name() == "number");
    CHECK(Value{""}.type_name() == "string");
    CHECK(Value{Array{}}.type_name() == "array");
    CHECK(Value{Object{}}.type_name() == "object");
}

TEST_CASE("quote escapes what JSON demands and nothing else", "[json]") {
    using namespace std::string_view_literals;
    CHECK(quote("a\"b\\c/d") == R"("a\"b\\c/d")");
    CHECK(quote("\b\f\n\r\t\x01\x1f\0"sv) == R"("\b\f\n\r\t\u0001\u001f\u0000")");
    CHECK(quote("é😀\x7f<>&'") == "\"é😀\x7f<>&'\"");
    CHECK(quote("") == "\"\"");
}

TEST_CASE("quote finds what to escape anywhere in a long text", "[json]") {
    for (std::size_t at = 0; at < 100; ++at) {
        const std::string before(at, 'x');
        const std::string after(100 - at, 'y');
        REQUIRE(quote(before + '"' + after) == '"' + before + "\\\"" + after + '"');
        REQUIRE(quote(before + '\x1f' + after) == '"' + before + "\\u001f" + after + '"');
    }
}

TEST_CASE("merge patch does as RFC 7396 shows", "[json]") {
    // The examples of its appendix A: target, patch, result.
    const std::vector<std::vector<std::string>> cases{
        {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        {R"({"a":"b"})", R"({"a":null})", R"({})"},
        {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        {R"({"a":"foo"})", "null", "null"},
        {R"({"a":"foo"})", R"("bar")", R"("bar")"},
        {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
        {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
        {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
    };
    for (const auto& example : cases) {
        INFO(example[0] << " " << example[1]);
        Value target = read(example[0]);
        merge_patch(target, read(example[1]));
        CHECK(write(target) == example[2]);
    }
}
