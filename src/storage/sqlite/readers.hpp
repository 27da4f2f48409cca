#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "rialto/async/worker_pool.hpp"
#include "rialto/base/result.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// Threads that read, each with a connection of its own while it does. A read is one transaction: it sees every commit
/// before it, and none that comes while it runs. Thread-safe.
class Readers {
public:
    struct Options {
        std::size_t threads = 2;
        std::size_t queue = 10'000;
    };

    /// The database must exist.
    static Result<std::unique_ptr<Readers>> open(const std::filesystem::path& file, Options options);

    /// Before the first read.
    void on_damage(OnDamage listener) { on_damage_ = std::move(listener); }

    /// Runs `job(Connection&)`, which returns a Result, on one of the threads and resumes on the caller's executor.
    template <class Job>
    Task<std::invoke_result_t<Job&, Connection&>> read(Job job) {
        using Answer = std::invoke_result_t<Job&, Connection&>;
        auto with_connection = [this, &job]() -> Answer {
            std::unique_ptr<Connection> db = take();
            try {
                db->run("BEGIN");
                Answer answer = job(*db);
                const Status status = give_back(std::move(db));
                if (!status)
                    return status.error();
                return answer;
            } catch (...) {  // no memory: the next job needs the connection all the same
                if (db)
                    (void)give_back(std::move(db));
                throw;
            }
        };
        co_return co_await pool_.run(std::move(with_connection));
    }

private:
    using Connections = std::vector<std::unique_ptr<Connection>>;

    Readers(std::filesystem::path file, Options options, Connections connections);
    std::unique_ptr<Connection> take();

    /// With what failed while it was taken. A connection that failed is replaced, if that can be done.
    Status give_back(std::unique_ptr<Connection> db);

    const std::filesystem::path file_;
    OnDamage on_damage_;
    std::mutex mutex_;  // guards free_
    Connections free_;  // as many as threads, so one is always there for a running job
    WorkerPool pool_;   // last: its threads use everything above
};

}  // namespace rialto::storage::sqlite
