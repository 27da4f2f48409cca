#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "rialto/bus/scheduler.hpp"

namespace rialto::bus {
namespace {

/// Counts what is fired, from several threads.
struct Counted {
    Task<Status> fire(std::string id) {
        const std::lock_guard lock{mutex};
        repeated = repeated || !ids.insert(id).second;
        news.notify_all();
        co_return Status{};
    }

    /// Whether anything is fired; gives up after a time that no machine needs.
    bool wait() {
        std::unique_lock lock{mutex};
        return news.wait_for(lock, 60s, [this] { return !ids.empty(); });
    }

    std::mutex mutex;  // guards the others
    std::condition_variable news;
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
    CHECK(counted.wait());  // a busy machine may not have come to the first tick yet, and nothing is fired after a stop
    asio::co_spawn(loop, scheduler.stop(), [&work](const std::exception_ptr&) { work.reset(); });
    for (auto& thread : threads)
        thread.join();

    CHECK_FALSE(counted.repeated);
}

}  // namespace rialto::bus
