#include "rialto/async/timer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/async/run.hpp"

using namespace rialto;
using namespace rialto::testing;

namespace {

Task<> note_when(Timer& timer, TimePoint time, std::string name, std::string& log) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await timer.wait_until(time);
    log += name;
}

/// Jumps ahead when it is read for the second time, as a clock that was set does.
class SteppingClock final : public rialto::Clock {
public:
    TimePoint now() const override { return TimePoint{Duration{reads_++ == 0 ? 0 : 3'600'000}}; }

private:
    mutable int reads_ = 0;
};

}  // namespace

TEST_CASE("a virtual timer wakes those that are due, and only them", "[async][timer]") {
    asio::io_context loop;
    ManualClock clock;
    VirtualTimer timer{clock};
    std::string log;
    const auto start = clock.now();
    asio::co_spawn(loop, note_when(timer, start + 1h, "late ", log), asio::detached);
    asio::co_spawn(loop, note_when(timer, start + 1s, "soon ", log), asio::detached);
    asio::co_spawn(loop, note_when(timer, start, "past ", log), asio::detached);
    loop.poll();
    CHECK(log == "past ");
    CHECK(timer.waiting() == 2);

    timer.advance(1s);
    loop.poll();
    CHECK(log == "past soon ");
    CHECK(timer.waiting() == 1);

    timer.advance(24h);
    loop.run();
    CHECK(log == "past soon late ");
    CHECK(timer.waiting() == 0);
    CHECK(clock.now() == start + 24h + 1s);
}

TEST_CASE("a cancelled wait for a time ends early", "[async][timer]") {
    asio::io_context loop;
    ManualClock clock;
    VirtualTimer virtual_timer{clock};
    SystemTimer system_timer{clock};
    std::string log;
    asio::cancellation_signal cancel_virtual;
    asio::cancellation_signal cancel_system;
    asio::co_spawn(loop, note_when(virtual_timer, clock.now() + 1h, "virtual ", log),
                   asio::bind_cancellation_slot(cancel_virtual.slot(), asio::detached));
    asio::co_spawn(loop, note_when(system_timer, clock.now() + 1h, "system ", log),
                   asio::bind_cancellation_slot(cancel_system.slot(), asio::detached));
    loop.poll();

    cancel_virtual.emit(asio::cancellation_type::total);
    cancel_system.emit(asio::cancellation_type::total);
    loop.run();

    CHECK(log.size() == std::string{"virtual system "}.size());
    CHECK(virtual_timer.waiting() == 0);
}

TEST_CASE("a coroutine that is destroyed while it waits for a time is forgotten", "[async][timer]") {
    ManualClock clock;
    VirtualTimer timer{clock};
    std::string log;
    {
        asio::io_context loop;
        asio::co_spawn(loop, note_when(timer, clock.now() + 1s, "woken", log), asio::detached);
        loop.poll();
    }

    timer.advance(1h);

    CHECK(timer.waiting() == 0);
    CHECK(log.empty());
}

TEST_CASE("a system timer looks at the clock again before it believes that the time has come", "[async][timer]") {
    asio::io_context loop;
    const SteppingClock clock;
    SystemTimer timer{clock};
    std::string log;

    run(loop, note_when(timer, TimePoint{Duration{5}}, "woken", log));

    CHECK(log == "woken");
}

TEST_CASE("who waits goes on when the clock was put back", "[async][timer]") {
    struct : Clock {
        TimePoint now() const override { return TimePoint{looks++ == 0 ? Duration{24h} : Duration{0}}; }
        mutable int looks = 0;
    } clock;
    asio::io_context loop;
    SystemTimer timer{clock};
    std::string log;

    run(loop, note_when(timer, TimePoint{24h + 2ms}, "woken", log));

    CHECK(log == "woken");
    CHECK(clock.looks == 2);
}

TEST_CASE("an offset timer wakes those that are due when the clock is put forward, and only them", "[async][timer]") {
    asio::io_context loop;
    ManualClock base;
    OffsetClock clock{base};
    OffsetTimer timer{clock};
    std::string log;
    const auto start = clock.now();
    asio::cancellation_signal cancel;
    asio::co_spawn(loop, note_when(timer, start + 25h, "late ", log),
                   asio::bind_cancellation_slot(cancel.slot(), asio::detached));
    asio::co_spawn(loop, note_when(timer, start + 1h, "soon ", log), asio::detached);
    asio::co_spawn(loop, note_when(timer, start, "past ", log), asio::detached);
    loop.poll();
    CHECK(log == "past ");

    CHECK(timer.advance(1h));
    loop.poll();
    CHECK(log == "past soon ");
    CHECK(clock.now() == start + 1h);

    CHECK(timer.advance(1h));
    loop.poll();
    CHECK(log == "past soon ");

    cancel.emit(asio::cancellation_type::total);
    loop.run();
    CHECK(log == "past soon late ");
}

TEST_CASE("an offset timer notices that time passes by itself", "[async][timer]") {
    asio::io_context loop;
    const SystemClock base;
    OffsetClock clock{base};
    OffsetTimer timer{clock};
    std::string log;
    CHECK(timer.advance(1h));
    const TimePoint time = clock.now() + 2ms;

    run(loop, note_when(timer, time, "woken", log));

    CHECK(log == "woken");
    CHECK(clock.now() >= time);
}

TEST_CASE("a clock cannot be put forward beyond a hundred years", "[async][timer]") {
    const ManualClock base;
    OffsetClock clock{base};
    OffsetTimer timer{clock};

    CHECK(timer.advance(std::chrono::days{36'500}));
    CHECK_FALSE(timer.advance(1ms));
    CHECK_FALSE(timer.advance(Duration::max()));

    CHECK(clock.offset() == std::chrono::days{36'500});
}
