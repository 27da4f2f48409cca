#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "rialto/async/task.hpp"

namespace rialto::http {

/// Holds one connection to its current deadline.
///
/// Setting a deadline is storing a number: the timer wakes every `tick`, the shortest of the usual limits, or at the
/// deadline if that comes sooner, so it has to be set again for an unusually short limit only. Lives on one strand.
class Watchdog {
public:
    using Clock = std::chrono::steady_clock;

    /// `on_expiry` is called once a tick while the deadline lies in the past.
    Watchdog(const asio::any_io_executor& strand, Clock::duration tick, std::function<void()> on_expiry);

    /// `keep` is held until stop(): the owner, so that it outlives the timer.
    void start(std::shared_ptr<void> keep);
    void stop();

    void expire_after(Clock::duration limit) {
        deadline_ = Clock::now() + limit;
        if (limit < tick_)
            arm();
    }
    void expire_never() { deadline_ = Clock::time_point::max(); }
    bool expired() const { return Clock::now() >= deadline_; }

private:
    void arm();

    asio::steady_timer timer_;
    Clock::duration tick_;
    Clock::time_point deadline_ = Clock::time_point::max();
    std::function<void()> on_expiry_;
    std::shared_ptr<void> keep_;
};

}  // namespace rialto::http
