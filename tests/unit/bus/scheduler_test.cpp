#include "rialto/bus/scheduler.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <memory>
#include <thread>

#include "rialto/base/time.hpp"

namespace rialto::bus {
namespace {

/// A scheduler in virtual time, and a store that keeps what it fires.
struct SchedulerTest {
    SchedulerTest() { open(); }
    ~SchedulerTest() { close(); }

    struct Tick {
        std::string key;
        std::string due;
        std::string id;
        bool operator==(const Tick&) const = default;
    };

    Task<Status> fire(std::string key, TimePoint due, std::string id) {
        attempts.push_back({key, to_rfc3339(due), id});
        attempt_times.push_back(clock.now());
        ++running;
        for (auto seen = gate.version(); key == stuck; seen = gate.version())
            if (!co_await gate.wait(seen, std::chrono::steady_clock::time_point::max()))
                break;
        --running;
        if (failure) {
            Error error = *failure;
            co_return error;
        }
        ticks.push_back({key, to_rfc3339(due), id});
        last_fired[key] = due;
        co_return Status{};
    }

    void open() {
        const auto callback = [this](std::string key, TimePoint due, std::string id) {
            return fire(std::move(key), due, std::move(id));
        };
        scheduler = std::make_unique<Scheduler>(loop.get_executor(), clock, timer, callback, options, metrics);
    }

    void close() {
        bool stopped = false;
        asio::co_spawn(loop, scheduler->stop(), [&stopped](const std::exception_ptr&) { stopped = true; });
        const auto patience = std::chrono::steady_clock::now() + 60s;
        while (!stopped && std::chrono::steady_clock::now() < patience) {
            loop.restart();
            loop.run_one_for(100ms);
        }
        REQUIRE(stopped);
        scheduler.reset();
    }

    void start() {
        scheduler->start();
        settle();
    }

    /// Runs all that follows as far as it needs no time to pass.
    void settle() {
        loop.restart();
        loop.poll();
    }

    void pass(Duration time) {
        timer.advance(time);
        settle();
    }

    void release() {
        stuck.clear();
        gate.notify();
        settle();
    }

    Scheduled scheduled(const std::string& key, const std::string& expression) const {
        return {key, model::Schedule::parse(expression).value(), clock.now()};
    }

    void add(const std::string& key, const std::string& expression) {
        scheduler->update(scheduled(key, expression), std::nullopt);
        settle();
    }

    /// The server goes down for a while, and starts anew with the same schedules.
    void restart(const std::vector<Scheduled>& schedules, Duration down) {
        close();
        clock.advance(down);
        open();
        scheduler->set(schedules, last_fired);
        start();
    }

    /// The times of day of the ticks of a schedule.
    std::vector<std::string> times(const std::string& key) const {
        std::vector<std::string> found;
        for (const auto& tick : ticks)
            if (tick.key == key)
                found.push_back(tick.due.substr(11, 8));
        return found;
    }

    using Texts = std::vector<std::string>;

    asio::io_context loop;
    ManualClock clock{TimePoint{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 8h}};
    VirtualTimer timer{clock};
    metrics::Registry metrics;
    SchedulerOptions options;
    std::vector<Tick> attempts;
    std::vector<TimePoint> attempt_times;
    std::vector<Tick> ticks;
    std::map<std::string, TimePoint> last_fired;
    std::optional<Error> failure;
    std::string stuck;  ///< The schedule whose ticks do not end.
    int running = 0;
    Signal gate;
    std::unique_ptr<Scheduler> scheduler;
};

}  // namespace

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

namespace {

/// Counts what is fired, from several threads.
struct Counted {
    Task<Status> fire(std::string id) {
        const std::lock_guard lock{mutex};
        repeated = repeated || !ids.insert(id).second;
        co_return Status{};
    }

    std::mutex mutex;  // guards the others
    std::set<std::string> ids;
    bool repeated = false;
};

}  // namespace

TEST_CASE("schedules may be changed from any thread", "[scheduler]") {
    asio::io_context loop;
    ManualClock clock;
    VirtualTimer timer{clock};
    metrics::Registry metrics;
    Counted counted;
    const auto fire = [&counted](const std::string&, TimePoint, std::string id) { return counted.fire(std::move(id)); };
    Scheduler scheduler{loop.get_executor(), clock, timer, fire, {}, metrics};
    auto work = asio::make_work_guard(loop);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&loop] { loop.run(); });
    scheduler.start();

    const auto schedule = model::Schedule::parse("rate(1 minute)").value();
    const TimePoint created = clock.now();
    const auto change = [&](const std::string& name) {
        for (int i = 0; i < 300; ++i) {
            const std::string key = name + std::to_string(i % 7);
            scheduler.update({key, schedule, created}, std::nullopt);
            timer.advance(20s);
            if (i % 50 == 49)
                scheduler.update({key, schedule, clock.now()}, std::nullopt);
        }
    };
    std::thread other{change, "a"};
    change("b");
    other.join();
    asio::co_spawn(loop, scheduler.stop(), [&work](const std::exception_ptr&) { work.reset(); });
    for (auto& thread : threads)
        thread.join();

    CHECK_FALSE(counted.ids.empty());
    CHECK_FALSE(counted.repeated);
}

}  // namespace rialto::bus
