#include "storage/sqlite/writer.hpp"

#include <pthread.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>

#include "rialto/base/crash_point.hpp"
#include "rialto/base/log.hpp"
#include "rialto/storage/backup.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr std::size_t kJobsPerGroup = 512;
constexpr std::size_t kCrowd = 8;                // so many clients that write at once are load,
constexpr std::chrono::milliseconds kLull{5};    // which is over when none came for so long
constexpr std::chrono::milliseconds kSlow{250};  // a group that takes longer is worth a line of the log,
constexpr std::chrono::seconds kSlowAgain{10};   // but not each of a disk that cannot keep up

}  // namespace

Writer::Writer(std::unique_ptr<Connection> db, Reopen reopen, OnDamage on_damage, Options options,
               metrics::Registry& metrics)
    : db_{std::move(db)},
      reopen_{std::move(reopen)},
      on_damage_{std::move(on_damage)},
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

void Writer::condemn() {
    {
        const std::lock_guard lock{mutex_};
        condemned_ = true;
        health_ =
            Error{Errc::Unavailable, "storage: the database is damaged; stop rialto and " + std::string{kRestoreIt}};
        figures_.healthy.set(0);
    }
    wake_.notify_one();
}

void Writer::on_healed(std::function<void()> listener) {
    const std::lock_guard lock{listening_};
    healed_ = std::move(listener);
}

Task<Status> Writer::commit(Job job, Turn turn) {
    const auto executor = co_await asio::this_coro::executor;
    auto start = [this, &job, &executor, turn](auto handler) {
        // Tracked work keeps the loop alive until the answer is posted to it.
        Pending pending{std::move(job), std::move(handler),
                        asio::prefer(executor, asio::execution::outstanding_work.tracked), Status{}, Clock::now()};
        pending.outcome = admit(pending, turn);
        if (!pending.outcome)
            answer(std::move(pending));
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Status)>(start, asio::use_awaitable);
}

/// Takes `pending` into its queue, or says why not.
Status Writer::admit(Pending& pending, Turn turn) {
    {
        const std::lock_guard lock{mutex_};
        if (!health_)
            return health_;
        if (closing_ || waiting() >= options_.queue)
            return Error{Errc::Unavailable, "storage: too many writes are waiting"};
        Queue& queue = turn == Turn::First ? first_ : patient_;
        queue.push_back(std::move(pending));
        if (queue.size() > 1)
            return {};  // the thread was told already
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
            break;
        commit_group(group);
        while (!health() && wait_to_heal())
            heal();
        if (!health())
            break;
    }
    refuse_queued();
    if (!health())
        db_.reset();  // while readers have it open: the last to close it would copy its log into it
}

/// Empty once nothing is to be written any more.
Writer::Group Writer::next_group() {
    std::unique_lock lock{mutex_};
    while (!closing_ && !condemned_ && first_.empty() && !patient_may_go())
        patient_.empty() ? wake_.wait(lock) : void(wake_.wait_for(lock, kLull));
    Group group;
    if (condemned_)
        return group;
    const auto take = [&group](Queue& queue) {
        group.push_back(std::move(queue.front()));
        queue.pop_front();
    };
    // Half a group is kept for those whose patience has ended: clients alone may fill each one for as long as they
    // like.
    const std::size_t for_clients = patient_is_overdue() ? kJobsPerGroup / 2 : kJobsPerGroup;
    while (!first_.empty() && group.size() < for_clients)
        take(first_);
    if (group.size() >= kCrowd)
        crowd_seen_ = Clock::now();
    while (patient_may_go() && group.size() < kJobsPerGroup)
        take(patient_);
    while (!first_.empty() && group.size() < kJobsPerGroup)
        take(first_);
    figures_.queue.set(static_cast<double>(waiting()));
    return group;
}

bool Writer::patient_may_go() const {
    return !patient_.empty() && (closing_ || Clock::now() - crowd_seen_ > kLull || patient_is_overdue());
}

bool Writer::patient_is_overdue() const {
    return !patient_.empty() && Clock::now() - patient_.front().since > options_.patience;
}

void Writer::commit_group(Group& group) {
    const auto start = Clock::now();
    const Status committed = transact(group);
    const auto end = Clock::now();
    figures_.duration.observe(std::chrono::duration<double>{end - start}.count());
    figures_.group_size.observe(static_cast<double>(group.size()));
    if (committed && end - start > kSlow)
        tell_slow(group.size(), start, end);
    if (committed)
        figures_.commits.add(1);
    else
        poison(committed.error());
    for (Pending& pending : group) {
        if (!committed)
            pending.outcome = health();
        answer(std::move(pending));
    }
}

/// An operator can tell by it whether the disk is slow or what is written.
void Writer::tell_slow(std::size_t writes, Clock::time_point start, Clock::time_point end) {
    if (end < tell_slow_from_)
        return;
    tell_slow_from_ = end + kSlowAgain;
    const auto ms = [](Clock::duration time) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    };
    log::warn("a group of writes took long",
              {{"writes", writes}, {"writing_ms", ms(wrote_ - start)}, {"committing_ms", ms(end - wrote_)}});
}

/// The error is the database's; that of a job stays in its outcome.
///
/// Jobs look before they write, so next to none fails with something to undo, and savepoints, for which SQLite keeps
/// the old content of every page that a job touches, are taken only by a group that turned out to need them.
Status Writer::transact(Group& group) {
    db_->run("BEGIN IMMEDIATE");
    const auto clean = run_bare(group);
    if (!clean)
        return clean.error();
    if (!*clean) {
        db_->run("ROLLBACK");
        db_->run("BEGIN IMMEDIATE");
        if (Status ran = run_in_savepoints(group); !ran)
            return ran;
    }
    wrote_ = Clock::now();
    if (Status healthy = health(); !healthy)
        return healthy;  // condemned meanwhile
    crash_point("write.uncommitted");
    db_->run("COMMIT");
    if (auto failure = db_->take_failure())
        return failure->error;
    crash_point("write.unacknowledged");
    return {};
}

/// False as soon as a job failed that had written something.
Result<bool> Writer::run_bare(Group& group) {
    for (Pending& pending : group) {
        const std::int64_t before = db_->all_changes();
        auto succeeded = run(pending);
        if (!succeeded)
            return succeeded;
        if (!*succeeded && db_->all_changes() != before)
            return false;
    }
    return true;
}

Status Writer::run_in_savepoints(Group& group) {
    for (Pending& pending : group) {
        db_->run("SAVEPOINT job");
        auto succeeded = run(pending);
        if (!succeeded)
            return succeeded.error();
        if (!*succeeded)
            db_->run("ROLLBACK TO job");
        db_->run("RELEASE job");
        if (auto failure = db_->take_failure())
            return failure->error;
    }
    return {};
}

/// Whether the job succeeded. The error is the database's.
Result<bool> Writer::run(Pending& pending) {
    pending.outcome = Status{};
    const bool succeeded = pending.job(*db_);
    auto failure = db_->take_failure();
    if (!failure)
        return succeeded;
    if (failure->fatal)
        return failure->error;
    pending.outcome = std::move(failure->error);
    return false;
}

/// Refuses all writes from now on, those in the queue first. The connection is given up: what became of its
/// transaction is known again when the database was reopened.
void Writer::poison(const Error& why) {
    db_.reset();
    if (why.code == Errc::Corrupt) {
        on_damage_(why);
    } else {
        log::error("the database refuses writes", {{"reason", why.message}});
        figures_.healthy.set(0);
        const std::lock_guard lock{mutex_};
        if (!condemned_)
            health_ = Error{Errc::Unavailable, why.message};
    }
    refuse_queued();
}

void Writer::refuse_queued() {
    Queue first;
    Queue patient;
    Status unavailable;
    {
        const std::lock_guard lock{mutex_};
        unavailable = health_;
        first.swap(first_);
        patient.swap(patient_);
    }
    for (Queue* refused : {&first, &patient}) {
        for (Pending& pending : *refused) {
            pending.outcome = unavailable;
            answer(std::move(pending));
        }
    }
}

/// False if there is nothing to wait for: it is time to close, or the database is damaged.
bool Writer::wait_to_heal() {
    std::unique_lock lock{mutex_};
    return !wake_.wait_for(lock, options_.heal_interval, [this] { return closing_ || condemned_; });
}

void Writer::heal() {
    auto db = open_and_commit();
    if (!db) {
        if (db.error().code == Errc::Corrupt)
            on_damage_(db.error());
        return;
    }
    db_ = std::move(*db);
    {
        const std::lock_guard lock{mutex_};
        if (condemned_)
            return;
        health_ = Status{};
        figures_.healthy.set(1);
    }
    log::info("the database takes writes again");
    const std::lock_guard lock{listening_};
    if (healed_)
        healed_();
}

/// A transaction that changes a row is written and synced, as a check that reads would not be.
Result<std::unique_ptr<Connection>> Writer::open_and_commit() {
    auto db = reopen_();
    if (!db)
        return db;
    (*db)->run("UPDATE meta SET value = value + 1 WHERE name = 'heals'");
    if (auto failure = (*db)->take_failure())
        return std::move(failure->error);
    return db;
}

}  // namespace rialto::storage::sqlite
