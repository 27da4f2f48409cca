#pragma once

#include <boost/asio/steady_timer.hpp>
#include <list>
#include <mutex>

#include "rialto/async/task.hpp"

namespace rialto {

class Sleeper;

/// The coroutines that sleep on one thing. Its owner keeps what they wait for under the same mutex.
struct Sleepers {
    void wake_all();  ///< Call with the mutex locked.

    mutable std::mutex mutex;  // guards the list, and the timers of those in it
    std::list<Sleeper*> list;
};

/// One coroutine's sleep until a deadline, which another thread may end early.
///
/// It can be woken from its construction on. So: construct it, then look (with the mutex locked) whether there is
/// anything to wait for, then sleep; and a wake() in between is not lost. It may be destroyed at any point.
class Sleeper {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    Sleeper(const asio::any_io_executor& executor, std::shared_ptr<Sleepers> sleepers, Deadline deadline);
    ~Sleeper();
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

    /// Never resumes the sleeper inline. Call with the mutex locked.
    void wake() { timer_.expires_at(Deadline::min()); }

    /// Returns at the deadline, when woken, or when cancelled. Call without the mutex.
    Task<> sleep();

private:
    std::shared_ptr<Sleepers> sleepers_;
    asio::steady_timer timer_;
    std::list<Sleeper*>::iterator position_;
};

}  // namespace rialto
