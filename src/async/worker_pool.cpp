#include "rialto/async/worker_pool.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace rialto {
namespace {

/// A job's exception is a bug of its own, which must not take the process with it.
Status attempt(std::move_only_function<void()>& job) {
    try {
        job();
        return {};
    } catch (const std::exception& e) {
        return Error{Errc::Internal, e.what()};
    } catch (...) {
        return Error{Errc::Internal, "unknown exception"};
    }
}

}  // namespace

struct WorkerPool::State {
    using Job = std::move_only_function<void()>;

    explicit State(Options o) : options{std::move(o)} {
        for (std::size_t i = 0; i < options.threads; ++i)
            threads.emplace_back([this] { run(); });
    }

    ~State() {
        {
            const std::lock_guard lock{mutex};
            closing = true;
        }
        wake.notify_all();
        for (auto& thread : threads)
            thread.join();
    }

    bool enqueue(Job job) {
        const std::lock_guard lock{mutex};
        if (closing || queue.size() >= options.queue)
            return false;
        queue.push_back(std::move(job));
        // Under the lock: once it is free, the job may be done and its owner may destroy the pool.
        wake.notify_one();
        return true;
    }

    void run() {
        pthread_setname_np(pthread_self(), options.name.substr(0, 15).c_str());
        if (options.niceness > 0)
            (void)setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()),
                              options.niceness);  // Linux: of this thread alone
        while (auto job = next())
            job();
    }

    Job next() {
        std::unique_lock lock{mutex};
        wake.wait(lock, [this] { return closing || !queue.empty(); });
        if (queue.empty())
            return {};
        Job job = std::move(queue.front());
        queue.pop_front();
        return job;
    }

    const Options options;
    std::mutex mutex;  // guards queue and closing
    std::condition_variable wake;
    std::deque<Job> queue;
    bool closing = false;
    std::vector<std::thread> threads;  // last: they use everything above
};

WorkerPool::WorkerPool(Options options) : state_{std::make_unique<State>(std::move(options))} {}
WorkerPool::~WorkerPool() = default;

Task<Status> WorkerPool::run_erased(std::move_only_function<void()> job) {
    using Done = asio::any_completion_handler<void(Status)>;
    const auto executor = co_await asio::this_coro::executor;
    auto start = [this, &job, executor](auto handler) {
        // Tracked work keeps the loop alive until the answer is posted to it.
        auto home = asio::prefer(executor, asio::execution::outstanding_work.tracked);
        auto done = std::make_shared<Done>(std::move(handler));
        auto answer = [home, done](Status status) {
            asio::post(home, [done, status = std::move(status)]() mutable { std::move (*done)(std::move(status)); });
        };
        auto work = [job = std::move(job), answer]() mutable {
            Status status = attempt(job);
            answer(std::move(status));
        };
        if (!state_->enqueue(std::move(work)))
            answer(Error{Errc::Unavailable, state_->options.name + ": too much work is waiting"});
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Status)>(start, asio::use_awaitable);
}

}  // namespace rialto
