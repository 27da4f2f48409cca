#include "targets/gatherer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>

namespace rialto::targets {
namespace {

constexpr int kBrokenOff = -1;
constexpr int kThrew = -2;

/// Numbers are written, and answered by their double.
struct GathererTest {
    Task<std::vector<int>> write(std::vector<int> items) {
        written.push_back(items);
        for (auto seen = gate.version(); stuck; seen = gate.version())
            co_await gate.wait(seen, std::chrono::steady_clock::time_point::max());
        if (broken)
            throw std::runtime_error{"a bug"};
        for (int& item : items)
            item *= 2;
        co_return items;
    }

    void put(int item, asio::cancellation_slot slot = {}) {
        auto keep = [this, item](const std::exception_ptr& failure, int answer) {
            answers[item] = failure ? kThrew : answer;
        };
        asio::co_spawn(loop, gatherer.put(item), asio::bind_cancellation_slot(slot, keep));
        settle();
    }
    void settle() {
        loop.restart();
        loop.poll();
    }
    void release() {
        stuck = false;
        gate.notify();
        settle();
    }

    using Batches = std::vector<std::vector<int>>;
    using Answers = std::map<int, int>;
    asio::io_context loop;
    Signal gate;
    bool stuck = true;
    bool broken = false;
    Batches written;
    Answers answers;
    Gatherer<int, int> gatherer{[this](std::vector<int> items) { return write(std::move(items)); }, kBrokenOff};
};

TEST_CASE_METHOD(GathererTest, "what arrives during a write is written together after it", "[targets]") {
    for (const int item : {1, 2, 3, 4})
        put(item);
    CHECK(written == Batches{{1}});

    release();

    CHECK(written == Batches{{1}, {2, 3, 4}});
    CHECK(answers == Answers{{1, 2}, {2, 4}, {3, 6}, {4, 8}});
}

TEST_CASE_METHOD(GathererTest, "a write that throws breaks off its batch, and the next is written", "[targets]") {
    put(1);
    put(2);
    put(3);
    broken = true;
    release();
    broken = false;
    put(4);

    CHECK(written == Batches{{1}, {2, 3}, {4}});
    CHECK(answers[1] == kThrew);
    CHECK(answers[2] + answers[3] == kThrew + kBrokenOff);  // whichever of them wrote
    CHECK(answers[4] == 8);
}

TEST_CASE_METHOD(GathererTest, "a batch of which nobody is left holds up nobody", "[targets]") {
    asio::cancellation_signal cancel;
    put(1);
    put(2, cancel.slot());
    cancel.emit(asio::cancellation_type::terminal);
    settle();
    release();
    put(3);

    CHECK(written == Batches{{1}, {3}});
    CHECK(answers == Answers{{1, 2}, {2, kBrokenOff}, {3, 6}});
}

}  // namespace
}  // namespace rialto::targets
