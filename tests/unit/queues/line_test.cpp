#include "queues/line.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <optional>

namespace rialto::queues {
namespace {

/// A receive that found nothing and waits.
struct Waiter {
    Waiter(asio::io_context& on, const std::shared_ptr<Line>& line) : loop{on}, place{line} { wait(); }

    void wait() {
        place->look();
        place->found_nothing();
        asio::co_spawn(loop, place->wait(), [this](const std::exception_ptr&) { ++woken; });
    }
    void leave() { place.reset(); }

    asio::io_context& loop;
    std::optional<PlaceInLine> place;
    int woken = 0;
};

struct LineTest {
    std::vector<int> woken() {
        loop.restart();
        loop.poll();
        return {first.woken, second.woken, third.woken};
    }

    using Woken = std::vector<int>;
    asio::io_context loop;
    std::shared_ptr<Line> line = std::make_shared<Line>();
    Waiter first{loop, line};
    Waiter second{loop, line};
    Waiter third{loop, line};
};

TEST_CASE_METHOD(LineTest, "as many are woken as there are messages, and each once", "[queues]") {
    CHECK(woken() == Woken{0, 0, 0});
    line->wake(1);
    CHECK(woken() == Woken{1, 0, 0});
    line->wake(1);
    CHECK(woken() == Woken{1, 1, 0});
    first.wait();
    line->wake(2);
    CHECK(woken() == Woken{2, 1, 1});
    line->wake_all();
    CHECK(woken() == Woken{2, 1, 1});
}

TEST_CASE_METHOD(LineTest, "whoever comes first after the first one left is woken, to watch in its place", "[queues]") {
    CHECK(first.place->is_first());
    CHECK_FALSE(second.place->is_first());

    line->wake(1);
    CHECK(woken() == Woken{1, 0, 0});
    first.leave();

    CHECK(woken() == Woken{1, 1, 0});
    CHECK(second.place->is_first());
}

TEST_CASE_METHOD(LineTest, "who leaves without having looked hands the news on", "[queues]") {
    line->wake(2);
    CHECK(woken() == Woken{1, 1, 0});
    second.leave();

    CHECK(woken() == Woken{1, 1, 1});
}

TEST_CASE_METHOD(LineTest, "who found something wakes the next, who found nothing leaves quietly", "[queues]") {
    const bool found = GENERATE(false, true);
    line->wake(2);
    CHECK(woken() == Woken{1, 1, 0});

    second.place->look();
    if (!found)
        second.place->found_nothing();
    second.leave();

    CHECK(woken() == Woken{1, 1, found ? 1 : 0});
}

}  // namespace
}  // namespace rialto::queues
