#include "rialto/base/result.hpp"

#include <catch2/catch.hpp>

#include "rialto/base/clock.hpp"

using namespace rialto;

TEST_CASE("an error converts to any result and gathers where it happened", "[base][result]") {
    const auto fail = []() -> Result<int> { return Error{Errc::NotFound, "no such rule"}; };

    Result<int> result = fail();
    const Status status = std::move(result).error().within("rule orders").within("bus default");

    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::NotFound);
    CHECK(status.error().message == "bus default: rule orders: no such rule");
}

TEST_CASE("a manual clock stands still until it is set", "[base][clock]") {
    ManualClock clock;
    const auto start = clock.now();

    clock.advance(90s);
    CHECK(clock.now() == start + 90s);
    clock.set(start);
    CHECK(clock.now() == start);
}
