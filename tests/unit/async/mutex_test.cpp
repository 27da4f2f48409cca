#include "rialto/async/mutex.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/unit/async/run.hpp"

using namespace rialto;
using namespace rialto::testing;

namespace {

/// Goes in, lets others run, and goes.
Task<> visit(Mutex& mutex, int id, std::vector<int>& log) {
    const auto lock = co_await mutex.lock();
    log.push_back(id);
    co_await yield();
    co_await yield();
    log.push_back(id);
}

Task<> keep(Mutex& mutex, std::optional<Mutex::Lock>& lock) {
    auto got = co_await mutex.lock();
    lock.emplace(std::move(got));
}

Task<> enter(Mutex& mutex, bool& is_in) {
    const auto lock = co_await mutex.lock();
    is_in = true;
}

Task<> fail_inside(Mutex& mutex) {
    const auto lock = co_await mutex.lock();
    throw std::runtime_error{"inside"};
}

/// Adds in two steps, which others must not come between.
Task<> add(Mutex& mutex, int times, int& sum) {
    for (int i = 0; i < times; ++i) {
        const auto lock = co_await mutex.lock();
        const int seen = sum;
        co_await yield();
        sum = seen + 1;
    }
}

}  // namespace

TEST_CASE("one at a time is let in, in the order in which they came", "[async]") {
    asio::io_context loop;
    Mutex mutex{loop.get_executor()};
    std::vector<int> log;
    for (int id = 0; id < 4; ++id)
        asio::co_spawn(loop, visit(mutex, id, log), asio::detached);

    loop.run();

    CHECK(log == std::vector<int>{0, 0, 1, 1, 2, 2, 3, 3});
}

TEST_CASE("who is in stays in until the lock goes, wherever it was moved to", "[async]") {
    asio::io_context loop;
    Mutex mutex{loop.get_executor()};
    std::optional<Mutex::Lock> lock;
    run(loop, keep(mutex, lock));
    bool is_in = false;
    asio::co_spawn(loop, enter(mutex, is_in), asio::detached);
    loop.restart();
    loop.poll();
    CHECK_FALSE(is_in);

    auto moved = std::make_unique<Mutex::Lock>(std::move(*lock));
    lock.reset();
    loop.restart();
    loop.poll();
    CHECK_FALSE(is_in);
    moved.reset();
    loop.restart();
    loop.poll();
    CHECK(is_in);
}

TEST_CASE("an exception inside lets the next one in", "[async]") {
    asio::io_context loop;
    Mutex mutex{loop.get_executor()};
    CHECK_THROWS(run(loop, fail_inside(mutex)));

    bool is_in = false;
    run(loop, enter(mutex, is_in));
    CHECK(is_in);
}

TEST_CASE("a lock may outlive its mutex", "[async]") {
    asio::io_context loop;
    auto mutex = std::make_unique<Mutex>(loop.get_executor());
    std::optional<Mutex::Lock> lock;
    run(loop, keep(*mutex, lock));

    mutex.reset();
    lock.reset();

    CHECK_FALSE(lock.has_value());
}

TEST_CASE("coroutines on many threads do not meet inside", "[async]") {
    constexpr int kCoroutines = 16;
    constexpr int kTimes = 200;
    asio::thread_pool pool{4};
    Mutex mutex{pool.get_executor()};
    int sum = 0;
    std::vector<std::future<void>> done;
    for (int i = 0; i < kCoroutines; ++i)
        done.push_back(asio::co_spawn(pool, add(mutex, kTimes, sum), asio::use_future));
    for (auto& one : done)
        one.get();
    pool.join();

    CHECK(sum == kCoroutines * kTimes);
}
