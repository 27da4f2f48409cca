#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// Owns the one connection that writes, and the thread that uses it. What has gathered while a group was being
/// committed is the next group: one transaction, one fsync.
///
/// A job that fails is undone alone. If the database fails, nothing of the group is acknowledged, and writes are
/// refused until the connection was reopened and committed something. A database that is damaged is not written on any
/// more: it is to be replaced by a backup, which would lack what is acknowledged from then on. Thread-safe. The
/// destructor commits what is queued.
class Writer {
public:
    struct Options {
        std::size_t queue = 10'000;  ///< Writes that may wait.
        Duration heal_interval{1s};
        Duration patience{100ms};  ///< How long a patient write may have to stand back.
    };
    using Reopen = std::move_only_function<Result<std::unique_ptr<Connection>>()>;

    /// A write for which no client waits is patient: while many clients write, theirs go first.
    enum class Turn : std::uint8_t { First, Patient };

    /// `on_damage` is to call condemn().
    Writer(std::unique_ptr<Connection> db, Reopen reopen, OnDamage on_damage, Options options,
           metrics::Registry& metrics);
    ~Writer();

    /// Runs `job(Connection&)`, which returns a Result or Status, on the writer's thread, and resumes on the caller's
    /// executor once it is on disk. The job's error undoes what it wrote. A job may be run twice, of which the first
    /// time left no trace; so it must not change what it captured.
    template <class Job>
    Task<std::invoke_result_t<const Job&, Connection&>> write(Job job, Turn turn = Turn::First) {
        using Answer = std::invoke_result_t<const Job&, Connection&>;
        std::optional<Answer> answer;  // lives as long as this coroutine waits
        auto keep = [&answer, &job = std::as_const(job)](Connection& db) {
            return answer.emplace(job(db)).has_value();
        };
        const Status committed = co_await commit(std::move(keep), turn);
        if (!committed)
            co_return committed.error();
        co_return std::move(*answer);
    }

    Status health() const;

    /// Refuses all writes from now on, for good, that which is under way too: somebody found the database damaged.
    void condemn();

    void on_healed(std::function<void()> listener);

private:
    using Clock = std::chrono::steady_clock;
    using Job = std::move_only_function<bool(Connection&)>;
    struct Pending {
        Job job;
        asio::any_completion_handler<void(Status)> done;
        asio::any_io_executor executor;
        Status outcome;
        Clock::time_point since;
    };
    using Group = std::vector<Pending>;
    using Queue = std::deque<Pending>;

    Task<Status> commit(Job job, Turn turn);
    Status admit(Pending& pending, Turn turn);
    static void answer(Pending pending);

    void run();
    Group next_group();
    bool patient_may_go() const;
    bool patient_is_overdue() const;
    std::size_t waiting() const { return first_.size() + patient_.size(); }
    void commit_group(Group& group);
    void tell_slow(std::size_t writes, Clock::time_point start, Clock::time_point end);
    Status transact(Group& group);
    Result<bool> run_bare(Group& group);
    Status run_in_savepoints(Group& group);
    Result<bool> run(Pending& pending);
    void poison(const Error& why);
    void refuse_queued();
    bool wait_to_heal();
    void heal();
    Result<std::unique_ptr<Connection>> open_and_commit();

    struct Figures {
        metrics::Counter& commits;
        metrics::Histogram& duration;
        metrics::Histogram& group_size;
        metrics::Gauge& healthy;
        metrics::Gauge& queue;
    };

    std::unique_ptr<Connection> db_;    // the thread's
    Clock::time_point crowd_seen_;      // likewise
    Clock::time_point wrote_;           // likewise: when the jobs of the group that is being committed were done
    Clock::time_point tell_slow_from_;  // likewise
    Reopen reopen_;
    const OnDamage on_damage_;
    const Options options_;
    Figures figures_;
    mutable std::mutex mutex_;  // guards what follows, up to listening_
    std::condition_variable wake_;
    Queue first_;
    Queue patient_;
    Status health_;
    bool condemned_ = false;
    bool closing_ = false;
    std::mutex listening_;  // guards healed_, also while it is called
    std::function<void()> healed_;
    std::thread thread_;  // last: it uses everything above
};

}  // namespace rialto::storage::sqlite
