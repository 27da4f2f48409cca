#pragma once

#include <memory>
#include <utility>

#include "rialto/storage/store.hpp"

namespace rialto::testing {

/// Deliveries whose writes fail on command.
class FlakyDeliveries final : public storage::DeliveryStore {
public:
    explicit FlakyDeliveries(storage::DeliveryStore& real) : real_{real} {}

    int failing_writes = 0;  ///< So many of the next outcomes and appends are answered with Unavailable.
    int finished = 0;        ///< Calls of finish() so far.
    int postponed = 0;       ///< Of postpone().
    int buried = 0;          ///< Of bury().

    Task<Result<bool>> append(std::shared_ptr<const storage::Batch> batch) override {
        if (fails())
            co_return unavailable_error();
        co_return co_await real_.append(std::move(batch));
    }
    Task<Status> keep_targets(std::vector<std::pair<std::string, std::string>> targets) override {
        return fails() ? unavailable() : real_.keep_targets(std::move(targets));
    }
    Task<Result<std::vector<std::pair<std::string, std::string>>>> targets() override { return real_.targets(); }
    Task<Status> drop_targets_except(std::vector<std::string> in_use) override {
        return real_.drop_targets_except(std::move(in_use));
    }
    Task<Result<storage::Page<storage::StoredDelivery>>> due(TimePoint now, std::size_t limit,
                                                             std::vector<storage::DeliveryId> skip,
                                                             Room room) override {
        return real_.due(now, limit, std::move(skip), std::move(room));
    }
    Task<Result<std::optional<TimePoint>>> next_due(TimePoint now) override { return real_.next_due(now); }
    Task<Result<std::size_t>> bring_forward(TimePoint now) override { return real_.bring_forward(now); }
    Task<Status> note_clock(TimePoint now) override { return real_.note_clock(now); }
    Task<Result<std::optional<TimePoint>>> noted_clock() override { return real_.noted_clock(); }
    Task<Result<std::size_t>> count() override { return real_.count(); }
    Task<Result<OwedPage>> list(storage::OwedFilter filter, std::size_t limit, storage::DeliveryId after) override {
        return real_.list(std::move(filter), limit, after);
    }
    Task<Result<storage::Owed>> find(storage::DeliveryId id) override { return real_.find(id); }
    Task<Result<std::vector<storage::FailedAttempt>>> attempts(storage::DeliveryId id) override {
        return real_.attempts(id);
    }
    Task<Result<std::size_t>> trim_attempts(std::size_t kept) override { return real_.trim_attempts(kept); }
    Task<Status> finish(std::vector<storage::DeliveryId> ids) override {
        ++finished;
        return fails() ? unavailable() : real_.finish(std::move(ids));
    }
    Task<Status> postpone(std::vector<storage::Postponed> failed) override {
        ++postponed;
        return fails() ? unavailable() : real_.postpone(std::move(failed));
    }
    Task<Status> split(storage::DeliveryId id, std::vector<storage::Part> parts,
                       std::optional<std::string> rest) override {
        return fails() ? unavailable() : real_.split(id, std::move(parts), std::move(rest));
    }
    Task<Status> bury(std::vector<storage::Buried> given_up) override {
        ++buried;
        return fails() ? unavailable() : real_.bury(std::move(given_up));
    }
    Task<Result<storage::Page<storage::DeadLetter>>> dead_letters(storage::DeadLetterFilter filter, std::size_t limit,
                                                                  std::optional<std::int64_t> before) override {
        return real_.dead_letters(std::move(filter), limit, before);
    }
    Task<Result<storage::DeadLetter>> dead_letter_of(storage::DeliveryId delivery) override {
        return real_.dead_letter_of(delivery);
    }
    Task<Result<std::size_t>> redrive_some(storage::DeadLetterFilter filter,
                                           std::vector<storage::Revival> revivals) override {
        return real_.redrive_some(std::move(filter), std::move(revivals));
    }
    Task<Result<std::size_t>> purge_some(storage::DeadLetterFilter filter) override {
        return real_.purge_some(std::move(filter));
    }
    Task<Result<storage::DeadLetter>> dead_letter(std::int64_t id) override { return real_.dead_letter(id); }
    Task<Status> drop_dead_letter(std::int64_t id) override { return real_.drop_dead_letter(id); }
    Task<Result<std::size_t>> trim_dead_letters(storage::DeadLetterBounds kept, TimePoint now) override {
        return real_.trim_dead_letters(kept, now);
    }
    Task<Status> redrive(std::int64_t letter, storage::DeliveryId delivery, TimePoint now) override {
        return real_.redrive(letter, delivery, now);
    }
    Task<Status> clear() override { return real_.clear(); }

private:
    bool fails() { return failing_writes > 0 && failing_writes-- > 0; }
    static Error unavailable_error() { return {Errc::Unavailable, "the disk is full"}; }
    static Task<Status> unavailable() { co_return unavailable_error(); }

    storage::DeliveryStore& real_;
};

/// Posts that someone else is always faster to change, on command.
class FlakyPosts final : public storage::PostStore {
public:
    explicit FlakyPosts(storage::PostStore& real) : real_{real} {}

    int conflicts = 0;  ///< So many of the next changes of a post find it at another version.

    Task<Result<storage::Inserted>> insert(storage::Post post, storage::Change change,
                                           std::optional<storage::Idempotency> idempotency,
                                           storage::Outbox outbox) override {
        return real_.insert(std::move(post), std::move(change), std::move(idempotency), std::move(outbox));
    }
    Task<Status> replace(storage::Post post, std::int64_t expected_version, storage::Change change,
                         storage::Outbox outbox) override {
        return conflicting() ? conflict()
                             : real_.replace(std::move(post), expected_version, std::move(change), std::move(outbox));
    }
    Task<Status> remove(std::string id, std::int64_t expected_version, storage::Change change,
                        storage::Outbox outbox) override {
        return conflicting() ? conflict()
                             : real_.remove(std::move(id), expected_version, std::move(change), std::move(outbox));
    }
    Task<Result<storage::Post>> get(std::string id) override { return real_.get(std::move(id)); }
    Task<Result<storage::Page<storage::Post>>> list(storage::PostFilter filter) override {
        return real_.list(std::move(filter));
    }
    Task<Result<std::vector<storage::Change>>> changes(std::int64_t since, std::size_t limit) override {
        return real_.changes(since, limit);
    }
    Task<Result<std::int64_t>> last_sequence() override { return real_.last_sequence(); }
    Task<Result<std::int64_t>> relayed() override { return real_.relayed(); }
    Task<Status> set_relayed(std::int64_t sequence, storage::Outbox outbox) override {
        return real_.set_relayed(sequence, std::move(outbox));
    }
    Task<Result<std::size_t>> trim_changes(storage::Retention kept, TimePoint now) override {
        return real_.trim_changes(kept, now);
    }

private:
    bool conflicting() { return conflicts > 0 && conflicts-- > 0; }
    static Task<Status> conflict() { co_return Error{Errc::Conflict, "someone was faster"}; }

    storage::PostStore& real_;
};

/// Archives whose writes for replays fail on command.
class FlakyArchives final : public storage::ArchiveStore {
public:
    explicit FlakyArchives(storage::ArchiveStore& real) : real_{real} {}

    int failing_writes = 0;  ///< So many of the next appends and steps of replays are answered with `failure`.
    Error failure{Errc::Unavailable, "the disk is full"};
    int appends = 0;  ///< Calls of append() so far.

    std::string pack(std::string_view json) const override { return real_.pack(json); }
    Task<Result<bool>> learn() override { return real_.learn(); }
    Task<Status> append(std::string archive, std::vector<storage::ArchiveEntry> entries) override {
        ++appends;
        return fails() ? failed(failure) : real_.append(std::move(archive), std::move(entries));
    }
    Task<Result<std::vector<storage::ArchiveEntry>>> read(std::string archive, TimePoint from, TimePoint to,
                                                          std::optional<storage::ArchiveCursor> after,
                                                          std::size_t limit) override {
        return real_.read(std::move(archive), from, to, after, limit);
    }
    Task<Result<storage::ArchiveFigures>> figures(std::string archive) override {
        return real_.figures(std::move(archive));
    }
    Task<Result<std::vector<std::string>>> keys() override { return real_.keys(); }
    Task<Result<std::size_t>> drop_before(std::string archive, TimePoint oldest) override {
        return real_.drop_before(std::move(archive), oldest);
    }
    Task<Status> remove(std::string archive) override { return real_.remove(std::move(archive)); }
    Task<Status> clear() override { return real_.clear(); }
    Task<Result<std::size_t>> drop_removed() override { return real_.drop_removed(); }
    Task<Result<std::optional<storage::ArchiveCursor>>> progress(std::string replay) override {
        return real_.progress(std::move(replay));
    }
    Task<Result<bool>> set_progress(std::string replay, storage::ArchiveCursor reached,
                                    std::shared_ptr<const storage::Batch> batch) override {
        if (fails())
            co_return failure;
        co_return co_await real_.set_progress(std::move(replay), reached, std::move(batch));
    }
    Task<Status> drop_progress(std::string replay) override {
        return fails() ? failed(failure) : real_.drop_progress(std::move(replay));
    }

private:
    bool fails() { return failing_writes > 0 && failing_writes-- > 0; }
    static Task<Status> failed(Error failure) { co_return failure; }

    storage::ArchiveStore& real_;
};

/// Resources whose writes fail on command, done or undone.
class FlakyResources final : public storage::ResourceStore {
public:
    explicit FlakyResources(storage::ResourceStore& real) : real_{real} {}

    int failing_writes = 0;  ///< So many of the next writes are answered with Unavailable.
    int failing_reads = 0;
    bool yet_written = false;  ///< What fails is written all the same: only its answer is lost.

    Task<Result<std::vector<storage::Resource>>> all() override {
        if (failing_reads > 0 && failing_reads-- > 0)
            co_return Error{Errc::Unavailable, "the disk is full"};
        co_return co_await real_.all();
    }
    Task<Status> write(std::vector<storage::ResourceChange> changes, storage::Outbox outbox) override {
        const bool fails = failing_writes > 0 && failing_writes-- > 0;
        if (fails && !yet_written)
            co_return Error{Errc::Unavailable, "the disk is full"};
        Status written = co_await real_.write(std::move(changes), std::move(outbox));
        if (fails)
            co_return Error{Errc::Unavailable, "the answer was lost"};
        co_return written;
    }

private:
    storage::ResourceStore& real_;
};

/// A real store with a layer that fails on command.
class FlakyStore final : public storage::Store {
public:
    explicit FlakyStore(std::unique_ptr<storage::Store> store) : real{std::move(store)} {}

    storage::PostStore& posts() override { return flaky_posts; }
    storage::DeliveryStore& deliveries() override { return flaky_deliveries; }
    storage::SubscriptionStore& subscriptions() override { return real->subscriptions(); }
    storage::ChannelStore& channels() override { return real->channels(); }
    storage::ResourceStore& resources() override { return flaky_resources; }
    storage::ArchiveStore& archives() override { return flaky_archives; }
    storage::QueueStore& queues() override { return real->queues(); }
    Task<Result<std::size_t>> shrink() override { return real->shrink(); }
    storage::DeliveryId next_delivery_id() override { return real->next_delivery_id(); }
    Status health() const override {
        return ill ? Status{Error{Errc::Unavailable, "the disk is full"}} : real->health();
    }
    void on_healed(std::function<void()> listener) override { real->on_healed(std::move(listener)); }

    std::unique_ptr<storage::Store> real;
    FlakyPosts flaky_posts{real->posts()};
    FlakyDeliveries flaky_deliveries{real->deliveries()};
    FlakyArchives flaky_archives{real->archives()};
    FlakyResources flaky_resources{real->resources()};
    bool ill = false;
};

}  // namespace rialto::testing
