#include "storage/sqlite/archiver.hpp"

namespace rialto::storage::sqlite {

Archiver::Archiver(Connection& db, const std::string& archive)
    : db_{db}, archive_{db.number("SELECT row FROM archives WHERE key = ?", archive)} {
    if (archive_ != 0)
        return;
    db.run("INSERT INTO archives(key, events, bytes) VALUES (?, 0, 0)", archive);
    archive_ = db.last_row();
}

void Archiver::append(ArchiveCursor place, const std::string& event_id, std::string_view packed, std::size_t size) {
    db_.run(
        "INSERT INTO archive_entries(archive, ingested, sequence, size, event_id, envelope) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        archive_, place.ingested, place.sequence, size, event_id, Blob{packed});
    if (db_.changes() == 0)
        return;
    ++events_;
    bytes_ += static_cast<std::int64_t>(size);
}

void Archiver::finish() { add_figures(db_, archive_, events_, bytes_); }

void add_figures(Connection& db, std::int64_t archive, std::int64_t events, std::int64_t bytes) {
    if (events != 0)
        db.run("UPDATE archives SET events = events + ?2, bytes = bytes + ?3 WHERE row = ?1", archive, events, bytes);
}

}  // namespace rialto::storage::sqlite
