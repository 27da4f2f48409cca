#include "rialto/base/time.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace rialto;

TEST_CASE("RFC 3339 times are read with any offset and fraction", "[base][time]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"2026-01-31T08:15:30Z", "2026-01-31T08:15:30.000Z"},
        {"2026-01-31t08:15:30.5z", "2026-01-31T08:15:30.500Z"},
        {"2026-01-31 08:15:30.123999Z", "2026-01-31T08:15:30.123Z"},
        {"2026-01-31T08:15:30+02:00", "2026-01-31T06:15:30.000Z"},
        {"2026-01-31T23:15:30-01:30", "2026-02-01T00:45:30.000Z"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        const auto time = from_rfc3339(text);
        REQUIRE(time);
        CHECK(to_rfc3339(*time) == expected);
    }
}

TEST_CASE("what is no RFC 3339 time is refused", "[base][time]") {
    for (const std::string_view text :
         {"", "2026-01-31", "2026-01-31T08:15Z", "2026-01-31T08:15:30", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
          "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T08:60:00Z",
          "2026-01-31T08:15:61Z", "2026-01-31T08:15:30.Z", "2026-01-31T08:15:30+0200", "2026-01-31T08:15:30+24:00",
          "2026-01-31T08:15:30Zx", "-026-01-31T08:15:30Z", "2026-1-31T08:15:30Z", "2026/01/31T08:15:30Z"}) {
        INFO(text);
        CHECK_FALSE(from_rfc3339(text));
    }
}

TEST_CASE("times are written for envelopes and for mail", "[base][time]") {
    const auto time = from_rfc3339("2026-01-31T08:05:09.987Z").value();

    CHECK(to_rfc3339_seconds(time) == "2026-01-31T08:05:09Z");
    CHECK(to_rfc5322(time) == "Sat, 31 Jan 2026 08:05:09 +0000");
}
