#include "scheduler_fixture.hpp"

namespace rialto::bus {

TEST_CASE_METHOD(SchedulerTest, "of the ticks that a restart missed the latest is fired", "[scheduler]") {
    const std::vector all{scheduled("minutely", "rate(1 minute)"), scheduled("hourly", "cron(0 * * * ? *)"),
                          scheduled("daily", "cron(10 8 * * ? *)"), scheduled("later", "cron(0 20 * * ? *)")};
    scheduler->set(all, {});
    start();
    pass(2min);
    ticks.clear();

    restart(all, 70min + 30s);

    CHECK(times("minutely") == Texts{"09:12:00"});
    CHECK(times("hourly") == Texts{"09:00:00"});
    CHECK(times("daily").empty());
    CHECK(times("later").empty());

    pass(30s);
    CHECK(times("minutely") == Texts{"09:12:00", "09:13:00"});
}

TEST_CASE_METHOD(SchedulerTest, "a missed tick is fired up to the bound of its lateness", "[scheduler]") {
    const std::vector daily{scheduled("daily", "cron(10 8 * * ? *)")};
    start();

    restart(daily, 10min + 1h);
    CHECK(times("daily") == Texts{"08:10:00"});

    ticks.clear();
    last_fired.clear();
    restart(daily, 1ms);
    CHECK(ticks.empty());
}

TEST_CASE_METHOD(SchedulerTest, "what was fired before a restart is not fired again", "[scheduler]") {
    const std::vector all{scheduled("minutely", "rate(1 minute)")};
    scheduler->set(all, {});
    start();
    pass(1min);

    restart(all, 0ms);
    CHECK(times("minutely") == Texts{"08:01:00"});

    restart(all, -10min);
    pass(9min);
    CHECK(times("minutely") == Texts{"08:01:00"});
    pass(2min);
    CHECK(times("minutely") == Texts{"08:01:00", "08:02:00"});
}

TEST_CASE_METHOD(SchedulerTest, "what became of a tick is unknown after a crash: it comes with the same id",
                 "[scheduler]") {
    const std::vector all{scheduled("minutely", "rate(1 minute)")};
    scheduler->set(all, {});
    start();
    failure = Error{Errc::Unavailable, "the store is ill"};
    pass(1min);
    REQUIRE(attempts.size() == 1);

    failure.reset();
    restart(all, 1s);

    CHECK(attempts.size() == 2);
    CHECK(attempts[0] == attempts[1]);
}

TEST_CASE_METHOD(SchedulerTest, "a clock that is set forward misses ticks as a restart does", "[scheduler]") {
    add("minutely", "rate(1 minute)");
    start();
    pass(24h * 30 + 30s);
    CHECK(times("minutely") == Texts{"08:00:00"});
    CHECK(ticks.front().due.starts_with("2026-03-02"));
}

TEST_CASE_METHOD(SchedulerTest, "a tick that cannot be stored now is tried again, less and less often", "[scheduler]") {
    add("hourly", "rate(1 hour)");
    start();
    failure = Error{Errc::Unavailable, "the store is ill"};
    pass(1h);

    for (int second = 0; second < 100; ++second)
        pass(1s);
    std::vector<Duration> waits;
    for (std::size_t i = 1; i < attempts.size(); ++i) {
        CHECK(attempts[i] == attempts[0]);
        waits.push_back(attempt_times[i] - attempt_times[i - 1]);
    }
    CHECK(waits == std::vector<Duration>{1s, 2s, 4s, 8s, 16s, 30s, 30s});

    failure.reset();
    pass(30s);
    CHECK(times("hourly") == Texts{"09:00:00"});
    pass(1h);
    CHECK(times("hourly") == Texts{"09:00:00", "10:00:00"});
}

TEST_CASE_METHOD(SchedulerTest, "a tick that failed for long gives way to the next", "[scheduler]") {
    add("minutely", "rate(1 minute)");
    start();
    failure = Error{Errc::TimedOut, "the store is slow"};
    for (int second = 0; second < 200; ++second)
        pass(1s);
    CHECK(attempts.back().due.substr(11, 8) == "08:03:00");

    failure.reset();
    pass(30s);
    CHECK(times("minutely") == Texts{"08:03:00"});
    pass(10s);
    CHECK(times("minutely") == Texts{"08:03:00", "08:04:00"});
}

TEST_CASE_METHOD(SchedulerTest, "a tick that fails for good is given up", "[scheduler]") {
    add("minutely", "rate(1 minute)");
    start();
    failure = Error{Errc::NotFound, "no such rule"};
    pass(1min);
    failure.reset();

    pass(59s);
    CHECK(attempts.size() == 1);
    pass(1s);
    CHECK(times("minutely") == Texts{"08:02:00"});
}

}  // namespace rialto::bus
