#pragma once

#include <cstddef>
#include <memory>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"

namespace rialto {

/// Where waiting for a time of day comes from. Passed in, so that tests turn it. Thread-safe.
class Timer {
public:
    virtual ~Timer() = default;

    /// Returns when the clock shows `time` or later; before that only when cancelled, or soon after the clock was put
    /// back: nobody waits for the old time to come again.
    virtual Task<> wait_until(TimePoint time) = 0;
};

/// Looks at the clock at least every minute, so that a step of the clock is noticed.
class SystemTimer final : public Timer {
public:
    /// `clock` must outlive the timer.
    explicit SystemTimer(const Clock& clock) : clock_{clock} {}

    Task<> wait_until(TimePoint time) override;

private:
    const Clock& clock_;
};

/// Time that passes by itself, and faster when somebody says so. Looks at the clock at least every minute.
class OffsetTimer final : public Timer {
public:
    /// `clock` must outlive the timer and is put forward by advance() only.
    explicit OffsetTimer(OffsetClock& clock);
    ~OffsetTimer() override;

    Task<> wait_until(TimePoint time) override;

    /// Puts the clock forward and wakes those that are due. `by` is not negative. False, and nothing happens, if the
    /// clock would be more than a hundred years ahead.
    bool advance(Duration by);

    const OffsetClock& clock() const { return clock_; }

private:
    struct State;
    OffsetClock& clock_;
    std::shared_ptr<State> state_;  // shared with the coroutines that wait
};

/// Time that passes when a test says so.
class VirtualTimer final : public Timer {
public:
    /// `clock` must outlive the timer and is set by advance() only.
    explicit VirtualTimer(ManualClock& clock);
    ~VirtualTimer() override;

    Task<> wait_until(TimePoint time) override;

    /// Sets the clock and wakes those that are due.
    void advance(Duration by);

    /// How many wait for a time that has not come.
    std::size_t waiting() const;

private:
    struct State;
    ManualClock& clock_;
    std::shared_ptr<State> state_;  // shared with the coroutines that wait
};

}  // namespace rialto
