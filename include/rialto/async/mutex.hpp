#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "rialto/async/task.hpp"

namespace rialto {

/// Lets one coroutine at a time in, in the order in which they came; none blocks its thread. Thread-safe. Whoever waits
/// must not be cancelled meanwhile.
class Mutex {
public:
    explicit Mutex(asio::any_io_executor executor);
    ~Mutex();

    /// Lets the next one in when it goes.
    class [[nodiscard]] Lock {
    public:
        Lock(Lock&&) noexcept = default;
        Lock& operator=(Lock&&) = delete;
        ~Lock();

    private:
        friend class Mutex;
        struct Queue;
        explicit Lock(std::shared_ptr<Queue> queue) : queue_{std::move(queue)} {}
        std::shared_ptr<Queue> queue_;
    };

    Task<Lock> lock();

private:
    std::shared_ptr<Lock::Queue> queue_;
};

}  // namespace rialto
