#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "rialto/async/task.hpp"

namespace rialto {

/// Tells coroutines that there is news: a counter that they wait on. Whoever waits with the version it saw last misses
/// nothing that came in between. Thread-safe; may go before the coroutines that wait on it.
class Signal {
public:
    Signal();
    ~Signal();
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    std::uint64_t version() const;

    /// Counts up and wakes every coroutine that waits. Never runs one of them inline.
    void notify();

    /// True as soon as the version is not `seen` (at once if it is not now); false at the deadline or when cancelled.
    Task<bool> wait(std::uint64_t seen, std::chrono::steady_clock::time_point deadline);

private:
    struct State;
    std::shared_ptr<State> state_;  // shared with the coroutines that wait
};

}  // namespace rialto
