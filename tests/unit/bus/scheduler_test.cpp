#include "rialto/bus/scheduler.hpp"

#include <set>

#include "scheduler_fixture.hpp"

namespace rialto::bus {

TEST_CASE_METHOD(SchedulerTest, "each minute of a day is fired once, when it comes", "[scheduler]") {
    add("minutely", "rate(1 minute)");
    start();
    const TimePoint begin = clock.now();

    std::set<std::string> ids;
    for (int minute = 1; minute <= 24 * 60; ++minute) {
        pass(59'999ms);
        REQUIRE(ticks.size() == static_cast<std::size_t>(minute - 1));
        pass(1ms);
        REQUIRE(ticks.size() == static_cast<std::size_t>(minute));
        REQUIRE(ticks.back().due == to_rfc3339(begin + minute * 1min));
        ids.insert(ticks.back().id);
    }
    CHECK(ids.size() == 24 * 60);
    CHECK(metrics.text().find("rialto_schedules_fired_total 1440") != std::string::npos);
}

TEST_CASE_METHOD(SchedulerTest, "each schedule has its own times", "[scheduler]") {
    scheduler->set({scheduled("rate", "rate(25 minutes)"), scheduled("cron", "cron(0/30 8-9 * * ? *)"),
                    scheduled("never", "cron(0 0 31 2 ? *)")},
                   {});
    start();

    for (int minute = 0; minute < 180; ++minute)
        pass(1min);

    CHECK(times("rate") == Texts{"08:25:00", "08:50:00", "09:15:00", "09:40:00", "10:05:00", "10:30:00", "10:55:00"});
    CHECK(times("cron") == Texts{"08:30:00", "09:00:00", "09:30:00"});
    CHECK(times("never").empty());
}

TEST_CASE_METHOD(SchedulerTest, "nothing is fired before the start", "[scheduler]") {
    add("minutely", "rate(1 minute)");
    pass(90s);
    CHECK(ticks.empty());

    start();
    CHECK(times("minutely") == Texts{"08:01:00"});
}

TEST_CASE_METHOD(SchedulerTest, "changes take effect while the scheduler waits", "[scheduler]") {
    start();
    add("a", "rate(1 hour)");
    add("b", "rate(10 minutes)");
    pass(5min);
    add("c", "rate(1 minute)");
    pass(1min);
    CHECK(times("c") == Texts{"08:06:00"});

    add("c", "cron(20 8 * * ? *)");
    scheduler->remove("b");
    scheduler->remove("unknown");
    pass(4min);
    CHECK(times("b").empty());
    pass(10min);
    CHECK(times("c") == Texts{"08:06:00", "08:20:00"});

    scheduler->set({scheduled("b", "rate(1 minute)")}, {});
    pass(1min);
    pass(2h);
    CHECK(times("a").empty());
    CHECK(times("b") == Texts{"08:21:00", "10:21:00"});
}

TEST_CASE_METHOD(SchedulerTest, "a schedule that is put again unchanged keeps its cadence", "[scheduler]") {
    const auto hourly = scheduled("hourly", "rate(1 hour)");
    scheduler->update(hourly, std::nullopt);
    start();
    pass(1h);
    pass(30min);

    scheduler->update(hourly, std::nullopt);
    settle();
    CHECK(ticks.size() == 1);
    pass(30min);
    CHECK(times("hourly") == Texts{"09:00:00", "10:00:00"});
}

TEST_CASE_METHOD(SchedulerTest, "a slow schedule delays no other, and has one tick under way", "[scheduler]") {
    add("slow", "rate(1 minute)");
    add("quick", "rate(1 minute)");
    start();
    stuck = "slow";
    for (int minute = 0; minute < 5; ++minute)
        pass(1min);

    CHECK(times("quick").size() == 5);
    CHECK(attempts.size() == 6);

    release();
    CHECK(times("slow") == Texts{"08:01:00", "08:05:00"});
}

TEST_CASE_METHOD(SchedulerTest, "a schedule may change while its tick is under way", "[scheduler]") {
    const auto minutely = scheduled("a", "rate(1 minute)");
    scheduler->update(minutely, std::nullopt);
    start();
    stuck = "a";
    pass(1min);

    SECTION("into itself") {
        scheduler->update(minutely, std::nullopt);
        settle();
        CHECK(attempts.size() == 1);
        release();
        CHECK(times("a") == Texts{"08:01:00"});
        pass(1min);
        CHECK(times("a") == Texts{"08:01:00", "08:02:00"});
    }
    SECTION("into another") {
        add("a", "rate(2 minutes)");
        release();
        pass(2min);
        CHECK(times("a") == Texts{"08:01:00", "08:03:00"});
    }
    SECTION("and go") {
        scheduler->remove("a");
        release();
        pass(1h);
        CHECK(times("a") == Texts{"08:01:00"});
    }
    SECTION("and come back") {
        scheduler->remove("a");
        scheduler->update(minutely, std::nullopt);
        release();
        pass(1min);
        CHECK(times("a") == Texts{"08:01:00", "08:02:00"});
    }
}

TEST_CASE_METHOD(SchedulerTest, "a scheduler stops whatever it does", "[scheduler]") {
    SECTION("before it was started") {}
    SECTION("with nothing to do") { start(); }
    SECTION("while it waits for a tick") {
        add("a", "rate(1 day)");
        start();
        CHECK(timer.waiting() == 1);
    }
    SECTION("while it waits to try again") {
        add("a", "rate(1 minute)");
        start();
        failure = Error{Errc::Unavailable, "the store is ill"};
        pass(1min);
        CHECK(attempts.size() == 1);
    }
    SECTION("while a tick is under way") {
        add("a", "rate(1 minute)");
        start();
        stuck = "a";
        pass(1min);
        CHECK(running == 1);
    }
    const auto attempted = attempts.size();

    close();

    CHECK(running == 0);
    CHECK(timer.waiting() == 0);
    pass(1h);
    CHECK(attempts.size() == attempted);
    open();
}

TEST_CASE("the id of a tick's event is made of its schedule and its time", "[scheduler]") {
    const TimePoint due{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};
    const std::string id = Scheduler::event_id("default/a", due);

    CHECK(id == "56ca21e1-e3ec-84b3-890f-ee558bc1bc3d");
    CHECK(id == Scheduler::event_id("default/a", due));
    CHECK(id != Scheduler::event_id("default/b", due));
    CHECK(id != Scheduler::event_id("default/a", due + 1min));
    CHECK_THAT(id, Catch::Matches("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

}  // namespace rialto::bus
