#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "rialto/async/task.hpp"
#include "rialto/base/result.hpp"

namespace rialto {

/// Threads for work that blocks or computes long, which the I/O threads must never do. Jobs run in the order in which
/// they came. Thread-safe. The destructor runs what is queued and joins.
class WorkerPool {
public:
    struct Options {
        std::string name;  ///< Of the threads, at most 15 characters.
        std::size_t threads = 1;
        std::size_t queue = 1024;  ///< Beyond this run() answers Unavailable at once.
        int niceness = 0;          ///< Above 0, the threads yield the processor to those that answer clients.
    };

    explicit WorkerPool(Options options);
    ~WorkerPool();

    /// Runs `job` on one of the threads and resumes on the caller's executor. `job` returns a Result or Status, and
    /// what it refers to must outlive it: a job once started is not cancelled, and the coroutine waits for it. An
    /// exception that escapes it comes back as Internal.
    template <class Job>
    Task<std::invoke_result_t<Job&>> run(Job job) {
        using Answer = std::invoke_result_t<Job&>;
        auto answer = std::make_shared<std::optional<Answer>>();
        auto keep = [answer, job = std::move(job)]() mutable { answer->emplace(job()); };
        const Status ran = co_await run_erased(std::move(keep));
        if (!ran)
            co_return ran.error();
        co_return std::move(**answer);
    }

private:
    Task<Status> run_erased(std::move_only_function<void()> job);

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rialto
