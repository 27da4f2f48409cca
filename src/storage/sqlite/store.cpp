#include "rialto/storage/store.hpp"

#include <algorithm>
#include <atomic>
#include <string>

#include "rialto/base/log.hpp"
#include "storage/sqlite/archives.hpp"
#include "storage/sqlite/channels.hpp"
#include "storage/sqlite/checkpointer.hpp"
#include "storage/sqlite/deliveries.hpp"
#include "storage/sqlite/directory.hpp"
#include "storage/sqlite/log_check.hpp"
#include "storage/sqlite/posts.hpp"
#include "storage/sqlite/queues.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/resources.hpp"
#include "storage/sqlite/schema.hpp"
#include "storage/sqlite/subscriptions.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage {
namespace sqlite {
namespace {

/// Delivery ids set aside at each start. They are used up after months at ten thousand a second, and the next start
/// is above them whatever was deleted or however the clock was set.
constexpr std::int64_t kReservedIds = 100'000'000'000;

/// The first of the ids set aside for this run.
Result<DeliveryId> reserve_delivery_ids(Connection& db) {
    const std::int64_t first = std::max(db.number("SELECT value FROM meta WHERE name = 'next_delivery'"),
                                        db.number("SELECT max(id) FROM deliveries") + 1);
    db.run("UPDATE meta SET value = ? WHERE name = 'next_delivery'", first + kReservedIds);
    if (auto failure = db.take_failure())
        return failure->error;
    return first;
}

constexpr std::int64_t kKeptFree = 2000;  // pages that are kept for what comes next
constexpr std::int64_t kGivenBackAtOnce = 200;

/// Pages at the end of the file are moved into free ones before it, and cut off.
Result<std::size_t> give_back(Connection& db) {
    const std::int64_t free = db.number("PRAGMA freelist_count");
    if (free < kKeptFree || free * 4 < db.number("PRAGMA page_count"))
        return std::size_t{0};
    const std::string cut = "PRAGMA incremental_vacuum(" + std::to_string(kGivenBackAtOnce) + ")";
    db.script(cut.c_str());
    return static_cast<std::size_t>(std::max<std::int64_t>(0, free - db.number("PRAGMA freelist_count")));
}

class SqliteStore final : public Store {
public:
    SqliteStore(Directory directory, std::unique_ptr<Connection> db, std::unique_ptr<Readers> readers,
                LoadedPacker packer, DeliveryId first_delivery, const StoreOptions& options, metrics::Registry& metrics)
        : directory_{std::move(directory)},
          checkpointer_{directory_.database(), [this](const Error& damage) { condemn(damage); }, metrics},
          writer_{watched(std::move(db)),
                  [this] { return reopen(); },
                  [this](const Error& damage) { condemn(damage); },
                  {.queue = options.queued_writes, .heal_interval = options.heal_interval},
                  metrics},
          readers_{std::move(readers)},
          posts_{writer_, *readers_},
          deliveries_{writer_, *readers_},
          subscriptions_{writer_, *readers_},
          channels_{writer_, *readers_},
          resources_{writer_, *readers_},
          archives_{writer_, *readers_, std::move(packer)},
          queues_{writer_, *readers_},
          next_delivery_{first_delivery} {
        readers_->on_damage([this](const Error& damage) { condemn(damage); });
    }

    ~SqliteStore() override { checkpointer_.stop(); }  // so that the writer's is the last connection, which tidies up

    PostStore& posts() override { return posts_; }
    DeliveryStore& deliveries() override { return deliveries_; }
    SubscriptionStore& subscriptions() override { return subscriptions_; }
    ChannelStore& channels() override { return channels_; }
    ResourceStore& resources() override { return resources_; }
    ArchiveStore& archives() override { return archives_; }
    QueueStore& queues() override { return queues_; }
    Task<Result<std::size_t>> shrink() override {
        return writer_.write([](Connection& db) { return give_back(db); }, Writer::Turn::Patient);
    }
    DeliveryId next_delivery_id() override { return next_delivery_.fetch_add(1, std::memory_order_relaxed); }
    Status health() const override { return writer_.health(); }
    void on_healed(std::function<void()> listener) override { writer_.on_healed(std::move(listener)); }

private:
    std::unique_ptr<Connection> watched(std::unique_ptr<Connection> db) {
        checkpointer_.watch(*db);
        return db;
    }

    Result<std::unique_ptr<Connection>> reopen() {
        auto db = open_for_writing(directory_.database());
        if (db)
            checkpointer_.watch(**db);
        return db;
    }

    /// Nothing is written any more, by the next start neither, until somebody put a backup in the database's place. On
    /// whichever thread met the damage.
    void condemn(const Error& damage) {
        writer_.condemn();
        checkpointer_.rest();
        if (condemned_.exchange(true))
            return;
        log::error("the database is damaged; nothing is written any more",
                   {{"file", directory_.database().string()}, {"reason", damage.message}});
        if (const Status marked = directory_.mark(damage.message); !marked)
            log::error("the damage could not be marked: do not start again before a backup is restored",
                       {{"reason", marked.error().message}});
    }

    std::atomic<bool> condemned_ = false;
    Directory directory_;        // first: it is unlocked when all else is closed
    Checkpointer checkpointer_;  // before the writer, whose connection tells it
    Writer writer_;
    std::unique_ptr<Readers> readers_;  // after the writer, whose checkpoint at the end waits for no reader then
    Posts posts_;
    Deliveries deliveries_;
    Subscriptions subscriptions_;
    Channels channels_;
    Resources resources_;
    Archives archives_;
    Queues queues_;
    std::atomic<DeliveryId> next_delivery_;
};

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<Store>> open(const StoreOptions& options, metrics::Registry& metrics) {
    auto directory = sqlite::Directory::open(options.directory);
    if (!directory)
        return directory.error();
    const std::filesystem::path file = directory->database();
    if (Status status = sqlite::unmarked(options.directory); !status)
        return status.error();
    if (Status status = sqlite::check_log(file); !status)
        return status.error();
    auto db = sqlite::open_for_writing(file);
    if (!db)
        return db.error();
    if (Status status = sqlite::migrate(**db, file); !status)
        return status.error();
    const Result<DeliveryId> first = sqlite::reserve_delivery_ids(**db);
    if (!first)
        return Error{first.error()}.within(file.string());
    sqlite::drop_needless_dictionaries(**db);
    auto packer = sqlite::load_packer(**db);
    if (!packer)
        return sqlite::about(file, std::move(packer).error());
    auto readers = sqlite::Readers::open(file, {.threads = options.readers, .queue = options.queued_reads});
    if (!readers)
        return readers.error();
    return std::make_unique<sqlite::SqliteStore>(std::move(*directory), std::move(*db), std::move(*readers),
                                                 std::move(*packer), *first, options, metrics);
}

}  // namespace rialto::storage
