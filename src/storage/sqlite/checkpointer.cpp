#include "storage/sqlite/checkpointer.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "rialto/base/log.hpp"
#include "storage/sqlite/schema.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr int kPages = 1000;       // of the log, since the last time
constexpr int kLongestLog = 8000;  // pages: what is not copied in the background by then is copied at once
constexpr int kFarBehind = 64000;  // pages, a quarter of a GiB: the disk cannot keep up, commits have to wait

}  // namespace

Checkpointer::Checkpointer(std::filesystem::path file, OnDamage on_damage, metrics::Registry& metrics)
    : file_{std::move(file)},
      on_damage_{std::move(on_damage)},
      duration_{metrics.histogram("rialto_storage_checkpoint_duration_seconds",
                                  "Time that it took to copy committed pages into the database.",
                                  {.001, .005, .01, .025, .05, .1, .25, .5, 1, 5})},
      thread_{[this] { run(); }} {}

Checkpointer::~Checkpointer() { stop(); }

void Checkpointer::watch(Connection& writer) {
    writer.on_commit([this, &writer](int pages) { committed(writer, pages); });
}

void Checkpointer::rest() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
}

void Checkpointer::stop() {
    rest();
    if (thread_.joinable())
        thread_.join();
    db_.reset();
}

/// On the writer's thread.
void Checkpointer::committed(Connection& writer, int pages) {
    note_commit(pages);
    const WritersPart part = writers_part();
    if (part == WritersPart::None)
        return;
    std::unique_lock turn{checkpointing_, std::defer_lock};
    if (part == WritersPart::All)
        turn.lock();
    else if (!turn.try_lock())
        return;
    checkpoint(writer);
    if (const auto failure = writer.take_failure())  // the commit is done, whatever became of this
        report(failure->error);
}

void Checkpointer::note_commit(int pages) {
    {
        const std::lock_guard lock{mutex_};
        if (pages < pages_)  // the log has begun anew
            asked_at_ = copied_ = 0;
        pages_ = pages;
        if (asked_ || stopping_ || pages - asked_at_ < kPages)
            return;
        asked_at_ = pages;
        asked_ = true;
    }
    wake_.notify_one();
}

/// After a long read there is much to copy: in the background, until little is left. If that does not keep up with the
/// writer, he does it, and has to wait for the disk.
Checkpointer::WritersPart Checkpointer::writers_part() {
    const std::lock_guard lock{mutex_};
    if (pages_ < kLongestLog || stopping_)
        return WritersPart::None;
    if (outrun_)
        return WritersPart::All;
    return pages_ - copied_ <= kLongestLog ? WritersPart::Rest : WritersPart::None;
}

/// With the turn to make one.
void Checkpointer::checkpoint(Connection& db) {
    const auto begin = std::chrono::steady_clock::now();
    int pages_before = 0;
    {
        const std::lock_guard lock{mutex_};
        pages_before = pages_;
    }
    const auto log = db.checkpoint();
    if (log)
        note_checkpoint(pages_before, *log);
    duration_.observe(std::chrono::duration<double>{std::chrono::steady_clock::now() - begin}.count());
}

/// If the whole log was copied, whoever asked meanwhile has what he asked for.
void Checkpointer::note_checkpoint(int pages_before, Connection::Log log) {
    const std::lock_guard lock{mutex_};
    const bool began_anew = log.pages < pages_before && pages_ >= pages_before;  // the writer is about to tell so
    if (began_anew)
        asked_at_ = pages_ = 0;
    pages_ = std::max(pages_, log.pages);  // likewise
    const int left_before = log.pages - copied_;
    const int left = pages_ - log.pages;
    outrun_ = log.copied == log.pages && left > kFarBehind && left >= left_before;
    copied_ = std::min(log.copied, pages_);
    if (log.copied != log.pages)
        return;
    asked_at_ = std::min(log.pages, pages_);
    asked_ = pages_ - asked_at_ >= kPages;
}

void Checkpointer::run() {
    pthread_setname_np(pthread_self(), "checkpointer");
    while (true) {
        {
            std::unique_lock lock{mutex_};
            wake_.wait(lock, [this] { return asked_ || stopping_; });
            if (stopping_)
                return;
        }
        run_one();
    }
}

void Checkpointer::run_one() {
    const std::lock_guard turn{checkpointing_};
    {
        const std::lock_guard lock{mutex_};
        if (!std::exchange(asked_, false))
            return;  // the writer was faster
    }
    if (!db_) {
        auto opened = open_for_checkpoints(file_);
        if (!opened)
            return report(opened.error());
        db_ = std::move(*opened);
    }
    checkpoint(*db_);
    if (const auto failure = db_->take_failure()) {
        report(failure->error);
        db_.reset();
        return;
    }
    const std::lock_guard lock{mutex_};
    failing_ = false;
}

/// What fails is left for the next time; if the disk is the reason, the writer meets it as well, and says so.
void Checkpointer::report(const Error& failure) {
    bool was_failing = false;
    {
        const std::lock_guard lock{mutex_};
        was_failing = std::exchange(failing_, true);
    }
    if (!was_failing)
        log::warn("the log of writes could not be copied into the database", {{"reason", failure.message}});
    if (failure.code == Errc::Corrupt)
        on_damage_(failure);
}

}  // namespace rialto::storage::sqlite
