#include "api/rest/query.hpp"

#include <catch2/catch.hpp>

namespace rialto::api {
namespace {

std::string value_of(std::string_view text, std::string_view name) {
    const auto query = Query::parse(text);
    const std::string* value = query ? query->find(name) : nullptr;
    return value == nullptr ? "none" : *value;
}

TEST_CASE("parameters are decoded", "[query]") {
    CHECK(value_of("a=1&b=2", "b") == "2");
    CHECK(value_of("a=x%3Dy+z%2B", "a") == "x=y z+");
    CHECK(value_of("%61=1", "a") == "1");
    CHECK(value_of("a=1=2", "a") == "1=2");
    CHECK(value_of("a", "a").empty());
    CHECK(value_of("a=", "a").empty());
    CHECK(value_of("", "a") == "none");
    CHECK(value_of("&&a=1&&", "a") == "1");
    CHECK(value_of("=1", "") == "none");
    CHECK(value_of("a=1&a=2", "a") == "2");
}

TEST_CASE("a query that is not well-formed is refused", "[query]") {
    const std::string text = GENERATE("a=%", "a=%4", "a=%zz", "%ff=1", "a=%c3%28", "a=%ed%a0%80");
    const auto query = Query::parse(text);
    REQUIRE_FALSE(query);
    CHECK(query.error().code == Errc::InvalidArgument);
}

TEST_CASE("a number is whole and in its range", "[query]") {
    const auto number = [](std::string_view text) { return Query::parse(text)->number("n", 50, 1, 200); };
    CHECK(number("").value() == 50);
    CHECK(number("n=1").value() == 1);
    CHECK(number("n=200").value() == 200);
    const std::string wrong =
        GENERATE("n=", "n=0", "n=201", "n=-1", "n=1.0", "n=1x", "n=+1", "n=%201", "n=0x1", "n=99999999999999999999");
    REQUIRE_FALSE(number(wrong));
    CHECK(number(wrong).error().message == "n must be a whole number from 1 to 200");
}

}  // namespace
}  // namespace rialto::api
