#include "storage/sqlite/checkpointer.hpp"

#include <pthread.h>

#include <chrono>
#include <utility>

#include "rialto/base/log.hpp"
#include "storage/sqlite/schema.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr int kPages = 1000;       // of the log, since the last time
constexpr int kLongestLog = 8000;  // pages: what is not copied in the background by then is copied at once

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
    if (is_long_enough(pages))
        wake_.notify_one();
    if (pages < kLongestLog)
        return;
    const std::unique_lock turn{checkpointing_, std::try_to_lock};
    if (!turn)
        return;
    checkpoint(writer);
    if (const auto failure = writer.take_failure())  // the commit is done, whatever became of this
        report(failure->error);
}

bool Checkpointer::is_long_enough(int pages) {
    const std::lock_guard lock{mutex_};
    if (pages < pages_)
        asked_at_ = 0;  // the log has begun anew
    pages_ = pages;
    if (asked_ || stopping_ || pages - asked_at_ < kPages)
        return false;
    asked_at_ = pages;
    return asked_ = true;
}

/// With the turn to make one. If the whole log was copied, whoever asked meanwhile has what he asked for.
void Checkpointer::checkpoint(Connection& db) {
    const auto begin = std::chrono::steady_clock::now();
    const bool all = db.checkpoint();
    duration_.observe(std::chrono::duration<double>{std::chrono::steady_clock::now() - begin}.count());
    if (!all)
        return;
    const std::lock_guard lock{mutex_};
    asked_ = false;
    asked_at_ = pages_;
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
    }
}

/// What fails is left for the next time; if the disk is the reason, the writer meets it as well, and says so.
void Checkpointer::report(const Error& failure) {
    log::warn("the log of writes could not be copied into the database", {{"reason", failure.message}});
    if (failure.code == Errc::Corrupt)
        on_damage_(failure);
}

}  // namespace rialto::storage::sqlite
