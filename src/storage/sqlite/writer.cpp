#include "storage/sqlite/writer.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>

#include "rialto/base/crash_point.hpp"
#include "rialto/base/log.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr std::size_t kJobsPerGroup = 512;
constexpr std::size_t kCrowd = 8;
constexpr std::chrono::steady_clock::duration kLongestGathering = std::chrono::milliseconds{4};

}  // namespace

Writer::Writer(std::unique_ptr<Connection> db, Reopen reopen, Options options, metrics::Registry& metrics)
    : db_{std::move(db)},
      reopen_{std::move(reopen)},
      options_{options},
      figures_{metrics.counter("rialto_storage_commits_total", "Transactions committed."),
               metrics.histogram("rialto_storage_commit_duration_seconds", "Time that a group of writes took.",
                                 {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1}),
               metrics.histogram("rialto_storage_group_size", "Writes that shared a transaction.",
                                 {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}),
               metrics.gauge("rialto_storage_healthy", "1 if the database takes writes."),
               metrics.gauge("rialto_storage_queue", "Writes that wait for a transaction.")},
      thread_{[this] { run(); }} {
    figures_.healthy.set(1);
}

Writer::~Writer() {
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

Status Writer::health() const {
    const std::lock_guard lock{mutex_};
    return health_;
}

void Writer::on_healed(std::function<void()> listener) {
    const std::lock_guard lock{mutex_};
    healed_ = std::move(listener);
}

Task<Status> Writer::commit(Job job) {
    const auto executor = co_await asio::this_coro::executor;
    auto start = [this, &job, &executor](auto handler) {
        // Tracked work keeps the loop alive until the answer is posted to it.
        enqueue({std::move(job), std::move(handler), asio::prefer(executor, asio::execution::outstanding_work.tracked),
                 Status{}});
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Status)>(start, asio::use_awaitable);
}

void Writer::enqueue(Pending pending) {
    pending.outcome = admit(pending);
    if (!pending.outcome)
        answer(std::move(pending));
}

/// Takes `pending` into the queue, or says why not.
Status Writer::admit(Pending& pending) {
    {
        const std::lock_guard lock{mutex_};
        if (!health_)
            return health_;
        if (closing_ || queue_.size() >= options_.queue)
            return Error{Errc::Unavailable, "storage: too many writes are waiting"};
        queue_.push_back(std::move(pending));
        if (queue_.size() != 1 && queue_.size() != last_group_)
            return {};  // the thread was told already, or gathers more
    }
    wake_.notify_one();
    return {};
}

void Writer::answer(Pending pending) {
    auto executor = std::move(pending.executor);
    asio::post(executor, [done = std::move(pending.done), outcome = std::move(pending.outcome)]() mutable {
        std::move(done)(std::move(outcome));
    });
}

void Writer::run() {
    pthread_setname_np(pthread_self(), "storage-writer");
    while (true) {
        Group group = next_group();
        if (group.empty())
            return;
        commit_group(group);
        while (!health()) {
            if (!wait_to_heal())
                return;
            if (heal())
                break;
        }
    }
}

Writer::Group Writer::next_group() {
    std::unique_lock lock{mutex_};
    wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    // A commit costs much the same for one and for many. Who was in a large group is likely to write again in a moment:
    // waiting for that, at most as long as a commit takes, saves commits and leaves the processor to the others.
    if (last_group_ >= kCrowd)
        wake_.wait_for(lock, std::min(last_commit_, kLongestGathering),
                       [this] { return closing_ || queue_.size() >= last_group_; });
    const std::size_t size = std::min(queue_.size(), kJobsPerGroup);
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(size);
    Group group{std::make_move_iterator(queue_.begin()), std::make_move_iterator(end)};
    queue_.erase(queue_.begin(), end);
    last_group_ = size;
    figures_.queue.set(static_cast<double>(queue_.size()));
    return group;
}

void Writer::commit_group(Group& group) {
    const auto start = std::chrono::steady_clock::now();
    const Status committed = transact(group);
    last_commit_ = std::chrono::steady_clock::now() - start;
    figures_.duration.observe(std::chrono::duration<double>{last_commit_}.count());
    figures_.group_size.observe(static_cast<double>(group.size()));
    if (committed)
        figures_.commits.add(1);
    else
        poison(committed);
    for (Pending& pending : group) {
        if (!committed)
            pending.outcome = health();
        answer(std::move(pending));
    }
}

/// The error is the database's; that of a job stays in its outcome.
Status Writer::transact(Group& group) {
    db_->run("BEGIN IMMEDIATE");
    for (Pending& pending : group) {
        if (Status status = run_in_savepoint(pending); !status)
            return status;
    }
    db_->run("COMMIT");
    if (auto failure = db_->take_failure())
        return failure->error;
    crash_point("write.unacknowledged");
    return {};
}

Status Writer::run_in_savepoint(Pending& pending) {
    db_->run("SAVEPOINT job");
    const bool succeeded = pending.job(*db_);
    auto failure = db_->take_failure();
    if (failure && failure->fatal)
        return failure->error;
    if (failure)
        pending.outcome = std::move(failure->error);
    if (!succeeded || !pending.outcome)
        db_->run("ROLLBACK TO job");
    db_->run("RELEASE job");
    failure = db_->take_failure();
    return failure ? Status{failure->error} : Status{};
}

/// Refuses all writes from now on, those in the queue first. The connection is given up: what became of its
/// transaction is known again when the database was reopened.
void Writer::poison(const Status& why) {
    log::error("the database refuses writes", {{"reason", why.error().message}});
    figures_.healthy.set(0);
    db_.reset();
    std::deque<Pending> refused;
    const Status unavailable = Error{Errc::Unavailable, why.error().message};
    {
        const std::lock_guard lock{mutex_};
        health_ = unavailable;
        refused.swap(queue_);
    }
    for (Pending& pending : refused) {
        pending.outcome = unavailable;
        answer(std::move(pending));
    }
}

/// False if it is time to close instead.
bool Writer::wait_to_heal() {
    std::unique_lock lock{mutex_};
    return !wake_.wait_for(lock, options_.heal_interval, [this] { return closing_; });
}

Status Writer::heal() {
    auto db = reopen_();
    if (!db)
        return db.error();
    // A transaction that changes a row is written and synced, as a check that reads would not be.
    (*db)->run("UPDATE meta SET value = value + 1 WHERE name = 'heals'");
    if (auto failure = (*db)->take_failure())
        return failure->error;
    db_ = std::move(*db);
    std::function<void()> listener;
    {
        const std::lock_guard lock{mutex_};
        health_ = Status{};
        listener = healed_;
    }
    figures_.healthy.set(1);
    log::info("the database takes writes again");
    if (listener)
        listener();
    return {};
}

}  // namespace rialto::storage::sqlite
