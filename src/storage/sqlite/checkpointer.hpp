#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "rialto/base/metrics.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// Copies what was committed from the log of writes into the database, on a thread and a connection of its own, so that
/// the writer goes on meanwhile. What is left when the log is to begin anew the writer copies itself: little.
/// Thread-safe.
class Checkpointer {
public:
    /// Told, on a thread of its own, that the database is damaged.
    using OnDamage = std::function<void(const Error&)>;

    Checkpointer(std::filesystem::path file, OnDamage on_damage, metrics::Registry& metrics);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// Lets the writer's connection tell of its commits.
    void watch(Connection& writer);

    /// Ends, and closes its connection. Idempotent.
    void stop();

private:
    void committed(int pages);
    void run();
    void checkpoint();

    const std::filesystem::path file_;
    const OnDamage on_damage_;
    metrics::Histogram& duration_;
    std::unique_ptr<Connection> db_;  // the thread's
    std::mutex mutex_;                // guards what follows
    std::condition_variable wake_;
    int asked_at_ = 0;  // pages that the log had
    bool asked_ = false;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses everything above
};

}  // namespace rialto::storage::sqlite
