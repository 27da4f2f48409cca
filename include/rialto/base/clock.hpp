#pragma once

#include <atomic>
#include <chrono>

namespace rialto {

using namespace std::chrono_literals;

/// Wall-clock time, UTC, in milliseconds: the resolution of everything that is stored or sent.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// Where time comes from. Passed in, so that tests turn it. Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
public:
    TimePoint now() const override {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

/// Another clock, and how far it was put forward.
class OffsetClock final : public Clock {
public:
    /// `base` must outlive it.
    explicit OffsetClock(const Clock& base) : base_{base} {}
    TimePoint now() const override { return base_.now() + offset(); }
    Duration offset() const { return offset_.load(); }
    void advance(Duration by) { offset_ = offset_.load() + by; }

private:
    const Clock& base_;
    std::atomic<Duration> offset_{Duration{0}};
};

/// Stands still until a test sets it.
class ManualClock final : public Clock {
public:
    explicit ManualClock(TimePoint start = TimePoint{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}})
        : now_{start} {}
    TimePoint now() const override { return now_.load(); }
    void set(TimePoint now) { now_ = now; }
    void advance(Duration by) { now_ = now_.load() + by; }

private:
    std::atomic<TimePoint> now_;
};

}  // namespace rialto
