#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rialto/base/time.hpp"
#include "rialto/bus/scheduler.hpp"

namespace rialto::bus {

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

}  // namespace rialto::bus
