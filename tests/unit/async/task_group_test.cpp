#include "rialto/async/task_group.hpp"

#include <atomic>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <future>

#include "tests/unit/async/run.hpp"

using namespace rialto;
using namespace rialto::testing;
using namespace std::chrono_literals;

namespace {

Task<bool> sleep_an_hour() {
    asio::steady_timer timer{co_await asio::this_coro::executor, 1h};
    const auto [failure] = co_await timer.async_wait(kNoThrow);
    co_return failure == asio::error::operation_aborted;
}

Task<> polite(std::atomic<int>& cancelled) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    if (co_await sleep_an_hour())
        ++cancelled;
}

/// Hears of terminal cancellation only, which is what a coroutine does unless told otherwise.
Task<> stubborn(std::atomic<int>& cancelled) {
    if (co_await sleep_an_hour())
        ++cancelled;
}

/// Goes on waiting after it was cancelled, which Asio answers with an exception.
Task<> careless() {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await sleep_an_hour();
    co_await sleep_an_hour();
}

Task<> count_one(std::atomic<int>& count) {
    ++count;
    co_return;
}

Task<> fail() {
    throw std::runtime_error{"a bug"};
    co_return;
}

}  // namespace

TEST_CASE("stop cancels sleeping tasks and makes stubborn ones end", "[async][task_group]") {
    asio::io_context loop;
    TaskGroup group{loop.get_executor()};
    std::atomic<int> cancelled = 0;
    group.spawn("polite", polite(cancelled));
    group.spawn("stubborn", stubborn(cancelled));
    CHECK(group.size() == 2);

    run(loop, group.stop(5ms));

    CHECK(cancelled == 2);
    CHECK(group.size() == 0);
}

TEST_CASE("stop of an idle group returns at once", "[async][task_group]") {
    asio::io_context loop;
    TaskGroup group{loop.get_executor()};

    run(loop, group.stop(1h));

    CHECK(group.size() == 0);
}

TEST_CASE("stop returns as soon as the last task ended, not at the end of its grace", "[async][task_group]") {
    asio::io_context loop;
    TaskGroup group{loop.get_executor()};
    std::atomic<int> cancelled = 0;
    group.spawn("polite", polite(cancelled));
    group.spawn("careless", careless());

    run(loop, group.stop(1h));

    CHECK(cancelled == 1);
}

TEST_CASE("a task that is spawned after stop never starts", "[async][task_group]") {
    asio::io_context loop;
    TaskGroup group{loop.get_executor()};
    std::atomic<int> started = 0;
    run(loop, group.stop(1h));

    group.spawn("late", count_one(started));
    loop.restart();
    loop.run();

    CHECK(started == 0);
    CHECK(group.size() == 0);
}

TEST_CASE("a task that throws ends alone", "[async][task_group]") {
    asio::io_context loop;
    TaskGroup group{loop.get_executor()};
    std::atomic<int> ended = 0;
    group.spawn("broken", fail());
    group.spawn("sound", count_one(ended));

    loop.run();

    CHECK(ended == 1);
    CHECK(group.size() == 0);
}

TEST_CASE("spawning and stopping from several threads loses no task", "[async][task_group]") {
    for (int round = 0; round < 50; ++round) {
        asio::thread_pool threads{3};
        TaskGroup group{threads.get_executor()};
        std::atomic<int> cancelled = 0;
        auto spawner = std::async(std::launch::async, [&group, &cancelled] {
            for (int i = 0; i < 50; ++i)
                group.spawn("polite", polite(cancelled));
        });

        asio::co_spawn(threads, group.stop(1h), asio::use_future).get();
        spawner.get();

        CHECK(group.size() == 0);
        CHECK(cancelled <= 50);
    }
}
