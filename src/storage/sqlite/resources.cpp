#include "storage/sqlite/resources.hpp"

#include "storage/sqlite/outbox.hpp"

namespace rialto::storage::sqlite {
namespace {

void apply(Connection& db, const ResourceChange& change) {
    if (change.document)
        db.run(
            "INSERT INTO resources(kind, key, document) VALUES (?, ?, ?) "
            "ON CONFLICT(kind, key) DO UPDATE SET document = excluded.document",
            change.kind, change.key, *change.document);
    else
        db.run("DELETE FROM resources WHERE kind = ? AND key = ?", change.kind, change.key);
}

}  // namespace

Task<Result<std::vector<Resource>>> Resources::all() {
    auto job = [](Connection& db) -> Result<std::vector<Resource>> {
        std::vector<Resource> resources;
        Statement rows = db.query("SELECT kind, key, document FROM resources ORDER BY kind, key");
        while (rows.step())
            resources.push_back({.kind = rows.text(0), .key = rows.text(1), .document = rows.text(2)});
        return resources;
    };
    return readers_.read(std::move(job));
}

Task<Status> Resources::write(std::vector<ResourceChange> changes, Outbox outbox) {
    auto job = [changes = std::move(changes), outbox = std::move(outbox)](Connection& db) -> Status {
        for (const ResourceChange& change : changes)
            apply(db, change);
        append(db, outbox);
        return {};
    };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
