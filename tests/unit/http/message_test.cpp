#include <catch2/catch.hpp>

#include "rialto/http/message.hpp"

using namespace rialto::http;

TEST_CASE("header names compare without regard to case", "[http]") {
    Headers headers{{"Content-Type", "text/plain"}, {"X-One", "1"}};

    headers.set("CONTENT-TYPE", "application/json");

    CHECK(headers.find("content-type") == "application/json");
    CHECK(headers.find("x-two") == std::nullopt);
}

TEST_CASE("setting a header replaces every field of its name", "[http]") {
    Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};

    headers.set("a", "4");

    CHECK(std::vector<Headers::Field>{headers.begin(), headers.end()} ==
          std::vector<Headers::Field>{{"A", "4"}, {"B", "2"}});
}

TEST_CASE("every usual status has its reason phrase", "[http]") {
    CHECK(reason_phrase(200) == "OK");
    CHECK(reason_phrase(431) == "Request Header Fields Too Large");
    CHECK(reason_phrase(299) == "Unknown");
}
