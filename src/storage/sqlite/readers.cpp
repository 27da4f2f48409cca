#include "storage/sqlite/readers.hpp"

#include "storage/sqlite/schema.hpp"

namespace rialto::storage::sqlite {

Result<std::unique_ptr<Readers>> Readers::open(const std::filesystem::path& file, Options options) {
    Connections connections;
    for (std::size_t i = 0; i < options.threads; ++i) {
        auto db = open_for_reading(file);
        if (!db)
            return db.error();
        connections.push_back(std::move(*db));
    }
    return std::unique_ptr<Readers>{new Readers{file, options, std::move(connections)}};
}

Readers::Readers(std::filesystem::path file, Options options, Connections connections)
    : file_{std::move(file)},
      free_{std::move(connections)},
      pool_{{.name = "storage-reader", .threads = options.threads, .queue = options.queue}} {}

std::unique_ptr<Connection> Readers::take() {
    const std::lock_guard lock{mutex_};
    std::unique_ptr<Connection> db = std::move(free_.back());
    free_.pop_back();
    return db;
}

Status Readers::give_back(std::unique_ptr<Connection> db) {
    db->run("COMMIT");
    const auto failure = db->take_failure();
    if (failure && failure->error.code == Errc::Corrupt && on_damage_)
        on_damage_(failure->error);
    auto fresh = failure && failure->fatal ? open_for_reading(file_) : Error{Errc::NotFound, {}};
    if (fresh) {
        db = std::move(*fresh);
    } else if (failure) {
        db->run("ROLLBACK");
        (void)db->take_failure();
    }
    const std::lock_guard lock{mutex_};
    free_.push_back(std::move(db));
    return failure ? Status{failure->error} : Status{};
}

}  // namespace rialto::storage::sqlite
