#include "rialto/async/signal.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "tests/unit/async/run.hpp"

using namespace rialto;
using namespace rialto::testing;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto kNever = Clock::time_point::max();

Task<> wait_once(Signal& signal, std::uint64_t seen, Clock::time_point deadline, std::optional<bool>& answer) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    answer = co_await signal.wait(seen, deadline);
}

/// Follows the signal until its version is `last`.
Task<std::uint64_t> follow(Signal& signal, std::uint64_t last) {
    std::uint64_t seen = 0;
    while (seen < last) {
        co_await signal.wait(seen, kNever);
        seen = signal.version();
    }
    co_return seen;
}

}  // namespace

TEST_CASE("news that came before the wait end it at once", "[async][signal]") {
    asio::io_context loop;
    Signal signal;
    std::optional<bool> answer;
    signal.notify();

    run(loop, wait_once(signal, 0, kNever, answer));

    CHECK(answer == true);
    CHECK(signal.version() == 1);
}

TEST_CASE("notify wakes everyone that waits, and none of them inline", "[async][signal]") {
    asio::io_context loop;
    Signal signal;
    std::vector<std::optional<bool>> answers(3);
    for (auto& answer : answers)
        asio::co_spawn(loop, wait_once(signal, 0, kNever, answer), asio::detached);
    loop.poll();

    signal.notify();
    const auto before = answers;
    loop.run();

    CHECK(before == std::vector<std::optional<bool>>(3));
    CHECK(answers == std::vector<std::optional<bool>>(3, true));
}

TEST_CASE("a wait without news ends at its deadline with false", "[async][signal]") {
    asio::io_context loop;
    Signal signal;
    std::optional<bool> answer;

    run(loop, wait_once(signal, 0, Clock::now() + std::chrono::milliseconds{1}, answer));

    CHECK(answer == false);
}

TEST_CASE("a cancelled wait ends with false", "[async][signal]") {
    asio::io_context loop;
    Signal signal;
    std::optional<bool> answer;
    asio::cancellation_signal cancel;
    asio::co_spawn(loop, wait_once(signal, 0, kNever, answer),
                   asio::bind_cancellation_slot(cancel.slot(), asio::detached));
    loop.poll();

    cancel.emit(asio::cancellation_type::total);
    loop.run();

    CHECK(answer == false);
}

TEST_CASE("a coroutine that is destroyed while it waits is not woken any more", "[async][signal]") {
    Signal signal;
    std::optional<bool> answer;
    {
        asio::io_context loop;
        asio::co_spawn(loop, wait_once(signal, 0, kNever, answer), asio::detached);
        loop.poll();
    }

    signal.notify();

    CHECK_FALSE(answer.has_value());
}

TEST_CASE("a signal may go before the coroutines that wait on it", "[async][signal]") {
    asio::io_context loop;
    auto signal = std::make_unique<Signal>();
    std::optional<bool> answer;
    asio::co_spawn(loop, wait_once(*signal, 0, Clock::now() + std::chrono::milliseconds{1}, answer), asio::detached);
    loop.poll();

    signal.reset();
    loop.run();

    CHECK(answer == false);
}

TEST_CASE("no notification is lost between many threads", "[async][signal]") {
    constexpr std::uint64_t kRounds = 2000;
    asio::thread_pool threads{3};
    Signal signal;
    std::vector<std::future<std::uint64_t>> followers;
    for (int i = 0; i < 8; ++i)
        followers.push_back(asio::co_spawn(asio::make_strand(threads), follow(signal, kRounds), asio::use_future));

    for (std::uint64_t i = 0; i < kRounds; ++i)
        signal.notify();

    for (auto& follower : followers)
        CHECK(follower.get() == kRounds);
}
