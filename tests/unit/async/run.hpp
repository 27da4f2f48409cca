#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <utility>

#include "rialto/async/task.hpp"

namespace rialto::testing {

/// Runs the loop until nothing is left to do; throws what escaped from `task`.
inline void run(asio::io_context& loop, Task<> task) {
    std::exception_ptr failure;
    asio::co_spawn(loop, std::move(task), [&failure](const std::exception_ptr& e) { failure = e; });
    loop.restart();
    loop.run();
    if (failure)
        std::rethrow_exception(failure);
}

/// Lets the calling coroutine's loop run what is ready.
inline Task<> yield() { co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable); }

}  // namespace rialto::testing
