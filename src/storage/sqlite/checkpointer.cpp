#include "storage/sqlite/checkpointer.hpp"

#include <pthread.h>

#include <chrono>
#include <utility>

#include "rialto/base/log.hpp"
#include "storage/sqlite/schema.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr int kPages = 1000;  // of the log, since the last time

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
    writer.on_commit([this](int pages) { committed(pages); });
}

void Checkpointer::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable())
        thread_.join();
    db_.reset();
}

void Checkpointer::committed(int pages) {
    {
        const std::lock_guard lock{mutex_};
        if (pages < asked_at_)
            asked_at_ = 0;  // the log has begun anew
        if (asked_ || pages - asked_at_ < kPages)
            return;
        asked_at_ = pages;
        asked_ = true;
    }
    wake_.notify_one();
}

void Checkpointer::run() {
    pthread_setname_np(pthread_self(), "checkpointer");
    while (true) {
        {
            std::unique_lock lock{mutex_};
            wake_.wait(lock, [this] { return asked_ || stopping_; });
            if (stopping_)
                return;
            asked_ = false;
        }
        checkpoint();
    }
}

/// What fails is left for the next time; if the disk is the reason, the writer meets it as well, and says so.
void Checkpointer::checkpoint() {
    const auto begin = std::chrono::steady_clock::now();
    if (!db_) {
        auto opened = open_for_checkpoints(file_);
        if (!opened)
            return;
        db_ = std::move(*opened);
    }
    db_->script("PRAGMA wal_checkpoint(PASSIVE)");
    if (const auto failure = db_->take_failure()) {
        log::warn("the log of writes could not be copied into the database", {{"reason", failure->error.message}});
        if (failure->error.code == Errc::Corrupt)
            on_damage_(failure->error);
        db_.reset();
        return;
    }
    duration_.observe(std::chrono::duration<double>{std::chrono::steady_clock::now() - begin}.count());
}

}  // namespace rialto::storage::sqlite
