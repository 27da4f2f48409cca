#include "targets/rate_limits.hpp"

#include "tests/support/world.hpp"

namespace rialto::targets {
namespace {

class RateLimitsTest : public testing::World {
public:
    /// Asks for so many turns at once; how many came without a wait.
    int turns(const std::string& name, int rate, int wanted) {
        int taken = 0;
        for (int i = 0; i < wanted; ++i)
            asio::co_spawn(
                loop, limits.wait_turn(name, rate),
                [&taken](std::exception_ptr, std::optional<Duration> too_long) { taken += too_long ? 0 : 1; });
        loop.restart();
        loop.poll();
        const int at_once = taken;
        pass(10min);
        until([&] { return timer.waiting() == 0; });
        return at_once;
    }

    RateLimits limits{clock, timer};
};

TEST_CASE_METHOD(RateLimitsTest, "as many turns come at once as the rate is a second", "[destination]") {
    const int rate = GENERATE(1, 3, 300);

    CHECK(turns("a", rate, rate + 5) == rate);
}

TEST_CASE_METHOD(RateLimitsTest, "names do not take each other's turns, and idle time gives no more than a second's",
                 "[destination]") {
    CHECK(turns("a", 2, 2) == 2);
    CHECK(turns("b", 2, 3) == 2);
    pass(1h);
    CHECK(turns("a", 2, 5) == 2);
}

TEST_CASE_METHOD(RateLimitsTest, "another rate holds from the next turn on", "[destination]") {
    CHECK(turns("a", 5, 5) == 5);
    CHECK(turns("a", 2, 3) == 2);
}

TEST_CASE_METHOD(RateLimitsTest, "turns keep to the rate however time passes", "[destination]") {
    int taken = 0;
    for (int i = 0; i < 100; ++i)
        asio::co_spawn(loop, limits.wait_turn("a", 7),
                       [&taken](std::exception_ptr, std::optional<Duration>) { ++taken; });
    loop.restart();
    loop.poll();
    for (int second = 0; second < 10; ++second) {
        CHECK(taken == 7 * (second + 1));
        for (const auto step : {1ms, 332ms, 7ms, 660ms}) {
            timer.advance(step);
            loop.restart();
            loop.poll();
        }
    }
}

TEST_CASE_METHOD(RateLimitsTest, "a turn that is too far away is not waited for", "[destination]") {
    std::optional<Duration> last;
    for (int i = 0; i < 302; ++i)
        asio::co_spawn(loop, limits.wait_turn("a", 1),
                       [&last](std::exception_ptr, std::optional<Duration> w) { last = w; });
    loop.restart();
    loop.poll();

    CHECK(timer.waiting() == 300);
    CHECK(last == 301s);
    pass(10min);
    until([&] { return timer.waiting() == 0; });
}

}  // namespace
}  // namespace rialto::targets
