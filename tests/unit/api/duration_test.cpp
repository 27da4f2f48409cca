#include "api/testing/duration.hpp"

#include <catch2/catch.hpp>

namespace rialto::api {
namespace {

TEST_CASE("a duration is a whole number and a unit", "[duration]") {
    const std::pair<const char*, Duration> cases[] = {{"0s", 0ms},  {"500ms", 500ms}, {"30s", 30s},
                                                      {"5m", 5min}, {"1h", 1h},       {"7d", 168h}};
    for (const auto& [text, duration] : cases) {
        INFO(text);
        CHECK(read_duration(text, 168h).value() == duration);
    }
}

TEST_CASE("what is no duration, or too long, is not read", "[duration]") {
    for (const char* text : {"", "s", "1", "-1s", "1.5s", "1 s", "1w", "1hh", "601s", "11m", "99999999999999999999s",
                             "9223372036854775807d"}) {
        INFO(text);
        CHECK_FALSE(read_duration(text, 10min));
    }
}

}  // namespace
}  // namespace rialto::api
