#include "delivery/pace.hpp"

#include <catch2/catch.hpp>

namespace rialto::delivery {
namespace {

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};
constexpr model::Breaker kNever{.failures = 0, .wait = 1s};

/// How many attempts a pace allows up to a time, if each begins as soon as it may.
int begun(Pace& pace, TimePoint from, TimePoint to) {
    int count = 0;
    for (TimePoint now = from; now < to && count < 1'000'000;) {
        if (const TimePoint ready = pace.ready(now); ready > now) {
            now = ready;
            continue;
        }
        pace.begin(now);
        ++count;
    }
    return count;
}

TEST_CASE("a rate is kept over a second, whether it is low or high", "[pace]") {
    for (const int rate : {1, 3, 100, 1000, 7000}) {
        Pace pace{static_cast<std::size_t>(rate), kNever};
        (void)begun(pace, kNow, kNow + 10s);

        const int count = begun(pace, kNow + 10s, kNow + 20s);

        CHECK(count >= rate * 10 - 1);
        CHECK(count <= rate * 10 + 1);
    }
}

TEST_CASE("a rate that was not used is not saved up", "[pace]") {
    Pace pace{100, kNever};
    (void)begun(pace, kNow, kNow + 1s);

    CHECK(begun(pace, kNow + 1h, kNow + 1h + 1s) <= 106);
}

TEST_CASE("the breaker opens after so many failures in a row, and one attempt decides when its wait is over",
          "[pace]") {
    Pace pace{0, {.failures = 3, .wait = 10s}};
    const Verdict failure{.failed = true, .code = "TIMEOUT", .message = "slow"};
    pace.heed(failure, kNow);
    pace.heed(failure, kNow);
    pace.heed({}, kNow);
    pace.heed(failure, kNow);
    pace.heed(failure, kNow);
    CHECK_FALSE(pace.is_open());
    pace.heed(failure, kNow);

    CHECK(pace.is_open());
    CHECK(pace.code() == "TIMEOUT");
    CHECK(pace.ready(kNow) == kNow + 10s);
    CHECK(pace.ready(kNow + 10s) == kNow + 10s);
    pace.begin(kNow + 10s);
    CHECK(pace.ready(kNow + 11s) == TimePoint::max());

    SECTION("it fails: the wait begins anew") {
        pace.heed(failure, kNow + 12s);
        CHECK(pace.ready(kNow + 12s) == kNow + 22s);
    }
    SECTION("it is not made after all: the next one decides") {
        pace.take_back();
        CHECK(pace.ready(kNow + 12s) == kNow + 12s);
    }
    SECTION("it succeeds: all goes on") {
        pace.heed({}, kNow + 12s);
        CHECK_FALSE(pace.is_open());
        CHECK(pace.ready(kNow + 12s) <= kNow + 12s);
    }
}

TEST_CASE("a pause that a target asks for is kept, but not beyond ten minutes", "[pace]") {
    Pace pace{0, kNever};
    pace.heed({.failed = true, .pause = 30s}, kNow);
    pace.heed({}, kNow);
    CHECK(pace.ready(kNow) == kNow + 30s);
    CHECK(pace.ready(kNow + 30s) <= kNow + 30s);

    pace.heed({.failed = true, .pause = std::chrono::hours{48}}, kNow);
    CHECK(pace.ready(kNow) == kNow + 10min);
}

TEST_CASE("a clock that was put back makes no wait longer than it was", "[pace]") {
    Pace pace{10, {.failures = 1, .wait = 10s}};
    (void)begun(pace, kNow, kNow + 1s);
    pace.heed({.failed = true, .pause = 30s}, kNow);

    const TimePoint back = kNow - 24h;

    CHECK(pace.ready(back) == back + 30s);
}

}  // namespace
}  // namespace rialto::delivery
