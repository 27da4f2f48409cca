#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "rialto/async/task.hpp"

namespace rialto::channels {

using Strand = asio::strand<asio::any_io_executor>;

/// Whoever has it must call it once, on any thread.
template <class T>
using Answer = std::move_only_function<void(T)>;

/// Gives an Answer to `start` and resumes, on the caller's executor, when it was called. Not cancelled in between.
template <class T, class Start>
Task<T> await_answer(Start start) {
    const auto executor = co_await asio::this_coro::executor;
    auto begin = [&start, executor](auto handler) {
        // Tracked work keeps the loop alive until the answer is posted to it.
        auto home = asio::prefer(executor, asio::execution::outstanding_work.tracked);
        asio::any_completion_handler<void(T)> done{std::move(handler)};
        start(Answer<T>{[home, done = std::move(done)](T value) mutable {
            asio::post(home, [done = std::move(done), value = std::move(value)]() mutable {
                std::move(done)(std::move(value));
            });
        }});
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(T)>(begin, asio::use_awaitable);
}

/// What `f` returns when run on `strand`.
template <class F>
Task<std::invoke_result_t<F&>> on_strand(Strand strand, F f) {
    using T = std::invoke_result_t<F&>;
    auto start = [&strand, &f](Answer<T> answer) {
        asio::post(strand, [&f, answer = std::move(answer)]() mutable { answer(f()); });
    };
    co_return co_await await_answer<T>(start);
}

}  // namespace rialto::channels
