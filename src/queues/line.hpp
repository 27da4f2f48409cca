#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "rialto/async/signal.hpp"
#include "rialto/async/task.hpp"

namespace rialto::queues {

class PlaceInLine;

/// The receives that wait for messages of one queue, in the order in which they came.
///
/// Whoever is woken looks into the queue, and a look is a write. So not all are woken, but as many as there are
/// messages; and one alone, the first in line, watches for hidden messages that come back. Thread-safe.
class Line {
public:
    Line() = default;
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    /// Wakes the first of those that are not awake already.
    void wake(std::size_t most);
    void wake_all();

private:
    friend class PlaceInLine;
    void wake_locked(std::size_t most);

    std::mutex mutex_;  // guards what follows, and what the places know
    std::list<PlaceInLine*> places_;
};

/// One receive's place in line, which it takes before its first look, so that it misses nothing. When it goes while
/// there may be something for others, the next one is woken.
class PlaceInLine {
public:
    explicit PlaceInLine(std::shared_ptr<Line> line);
    ~PlaceInLine();
    PlaceInLine(const PlaceInLine&) = delete;
    PlaceInLine& operator=(const PlaceInLine&) = delete;

    /// Call before each look, and found_nothing() after one that found nothing.
    void look();
    void found_nothing();

    bool is_first() const;

    /// Returns once it was woken since the last look(), or when cancelled.
    Task<> wait();

private:
    friend class Line;

    const std::shared_ptr<Line> line_;
    std::list<PlaceInLine*>::iterator position_;
    Signal news_;
    std::uint64_t seen_ = 0;
    bool awake_ = false;    // woken since the last look began
    bool content_ = false;  // the last look left nothing to others
};

}  // namespace rialto::queues
