#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "rialto/base/metrics.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// Copies what was committed from the log of writes into the database, on a thread and a connection of its own, so that
/// the writer goes on meanwhile. What is left when the log is to begin anew the writer copies itself: little.
///
/// No checkpoint begins while another runs, nor while the log has been copied as a whole: the writer may then begin it
/// anew at the same moment, which SQLite before 3.51.3 takes badly (https://www.sqlite.org/wal.html#walresetbug).
/// Thread-safe.
class Checkpointer {
public:
    Checkpointer(std::filesystem::path file, OnDamage on_damage, metrics::Registry& metrics);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// Lets the writer's connection tell of its commits.
    void watch(Connection& writer);

    /// Begins no more checkpoints. Returns at once.
    void rest();

    /// Ends, and closes its connection. Idempotent.
    void stop();

private:
    void committed(Connection& writer, int pages);
    void note_commit(int pages);
    enum class WritersPart : std::uint8_t { None, Rest, All };
    WritersPart writers_part();
    void note_checkpoint(int pages_before, Connection::Log log);
    void checkpoint(Connection& db);
    void run();
    void run_one();
    void report(const Error& failure);

    const std::filesystem::path file_;
    const OnDamage on_damage_;
    metrics::Histogram& duration_;
    std::unique_ptr<Connection> db_;  // the thread's
    std::mutex checkpointing_;        // held by whoever makes a checkpoint; taken before mutex_
    std::mutex mutex_;                // guards what follows
    std::condition_variable wake_;
    int pages_ = 0;     // that the log has, as far as was told
    int copied_ = 0;    // of them
    int asked_at_ = 0;  // pages that it had then
    bool asked_ = false;
    bool outrun_ = false;
    bool failing_ = false;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses everything above
};

}  // namespace rialto::storage::sqlite
