#include "rialto/async/worker_pool.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <latch>
#include <thread>
#include <vector>

#include "tests/unit/async/run.hpp"

using namespace rialto;
using namespace rialto::testing;

namespace {

template <class Job>
Task<> run_job(WorkerPool& pool, Job job, std::optional<std::invoke_result_t<Job&>>& answer) {
    answer.emplace(co_await pool.run(std::move(job)));
}

}  // namespace

TEST_CASE("a job runs on a thread of the pool and its coroutine resumes on its own", "[async][worker_pool]") {
    asio::io_context loop;
    WorkerPool pool{{.name = "test"}};
    std::optional<Result<std::thread::id>> answer;

    run(loop, run_job(pool, [] { return Result<std::thread::id>{std::this_thread::get_id()}; }, answer));

    REQUIRE(answer);
    REQUIRE(*answer);
    CHECK(**answer != std::this_thread::get_id());
}

TEST_CASE("the error of a job comes back", "[async][worker_pool]") {
    asio::io_context loop;
    WorkerPool pool{{.name = "test"}};
    std::optional<Status> answer;

    run(loop, run_job(pool, [] { return Status{Error{Errc::Conflict, "no"}}; }, answer));

    REQUIRE(answer);
    REQUIRE_FALSE(*answer);
    CHECK(answer->error().code == Errc::Conflict);
}

TEST_CASE("a job that throws answers Internal and the thread goes on", "[async][worker_pool]") {
    asio::io_context loop;
    WorkerPool pool{{.name = "test"}};
    std::optional<Status> thrown;
    std::optional<Status> next;

    run(loop, run_job(pool, []() -> Status { throw std::runtime_error{"a bug"}; }, thrown));
    run(loop, run_job(pool, [] { return Status{}; }, next));

    REQUIRE(thrown);
    REQUIRE_FALSE(*thrown);
    CHECK(thrown->error().code == Errc::Internal);
    CHECK(thrown->error().message == "a bug");
    CHECK(next->has_value());
}

TEST_CASE("work beyond the queue is refused at once", "[async][worker_pool]") {
    asio::io_context loop;
    std::latch started{1};
    std::latch release{1};
    WorkerPool pool{{.name = "test", .threads = 1, .queue = 1}};
    const auto block = [&started, &release] {
        started.count_down();
        release.wait();
        return Status{};
    };
    const auto nothing = [] { return Status{}; };
    std::optional<Status> running;
    std::optional<Status> queued;
    std::optional<Status> refused;
    asio::co_spawn(loop, run_job(pool, block, running), asio::detached);
    loop.poll();
    started.wait();
    asio::co_spawn(loop, run_job(pool, nothing, queued), asio::detached);
    asio::co_spawn(loop, run_job(pool, nothing, refused), asio::detached);
    loop.poll();
    const bool was_refused = refused && !*refused && refused->error().code == Errc::Unavailable;

    release.count_down();
    loop.run();

    CHECK(was_refused);
    CHECK(running->has_value());
    CHECK(queued->has_value());
}

TEST_CASE("many coroutines on many threads each get their own answer", "[async][worker_pool]") {
    asio::thread_pool threads{3};
    WorkerPool pool{{.name = "test", .threads = 2, .queue = 1000}};
    std::vector<std::future<Result<int>>> answers;
    for (int i = 0; i < 500; ++i)
        answers.push_back(asio::co_spawn(threads, pool.run([i] { return Result<int>{i * i}; }), asio::use_future));

    for (int i = 0; i < 500; ++i)
        CHECK(*answers[static_cast<std::size_t>(i)].get() == i * i);
}
