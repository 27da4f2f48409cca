#include "storage/sqlite/archives.hpp"

#include <algorithm>
#include <limits>

#include "rialto/base/crash_point.hpp"
#include "storage/sqlite/archiver.hpp"
#include "storage/sqlite/outbox.hpp"
#include "storage/sqlite/trim.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20U;

/// 0 if there is none.
std::int64_t find_row(Connection& db, const std::string& archive) {
    return db.number("SELECT row FROM archives WHERE key = ?", archive);
}

Result<std::vector<ArchiveEntry>> find_entries(Connection& db, const TextPacker& packer, const std::string& archive,
                                               TimePoint to, ArchiveCursor after, std::size_t limit) {
    std::vector<ArchiveEntry> entries;
    std::size_t bytes = 0;
    Statement rows = db.query(
        "SELECT ingested, sequence, event_id, envelope FROM archive_entries "
        "WHERE archive = (SELECT row FROM archives WHERE key = ?) AND (ingested, sequence) > (?, ?) AND ingested < ? "
        "ORDER BY ingested, sequence LIMIT ?",
        archive, after.ingested, after.sequence, to, limit);
    while (bytes < kReadBytes && rows.step()) {
        auto envelope = packer.unpack(rows.text(3));
        if (!envelope)
            return std::move(envelope).error().within("archived event " + rows.text(2));
        entries.push_back({.ingested = rows.time(0),
                           .sequence = rows.number(1),
                           .event_id = rows.text(2),
                           .envelope = std::move(*envelope)});
        bytes += entries.back().envelope.size();
    }
    return entries;
}

/// Drops some of an archive's oldest entries. How many.
std::size_t drop_some(Connection& db, std::int64_t archive, TimePoint oldest) {
    const auto gone = keys_beyond(db.query("SELECT row, ingested, size FROM archive_entries WHERE archive = ? "
                                           "ORDER BY ingested, sequence LIMIT ?",
                                           archive, kTrimmedAtOnce),
                                  0, oldest);
    std::int64_t bytes = 0;
    for (const std::int64_t row : gone) {
        bytes += db.number("SELECT size FROM archive_entries WHERE row = ?", row);
        db.run("DELETE FROM archive_entries WHERE row = ?", row);
    }
    add_figures(db, archive, -static_cast<std::int64_t>(gone.size()), -bytes);
    return gone.size();
}

}  // namespace

Task<Result<bool>> Archives::learn() {
    auto job = [looked_at = looked_at_, packer = packer_.get()](Connection& db) -> Result<Sample> {
        return sample_entries(db, *packer, looked_at);
    };
    const auto sample = co_await readers_.read(std::move(job));
    if (!sample)
        co_return sample.error();
    std::optional<std::string> dictionary;
    if (!sample->texts.empty()) {
        auto training = [packer = packer_.get(), &texts = sample->texts] {
            return Result<std::optional<std::string>>{train(*packer, texts)};
        };
        auto trained = co_await learning_.run(std::move(training));
        if (!trained)
            co_return trained.error();
        dictionary = std::move(*trained);
    }
    if (dictionary)
        if (Status kept = co_await keep_dictionary(*dictionary, sample->looked_at); !kept)
            co_return kept.error();
    looked_at_ = sample->looked_at;
    co_return dictionary.has_value();
}

/// It is on disk before anything is packed with it. After a crash in between the next start uses it.
Task<Status> Archives::keep_dictionary(std::string dictionary, std::int64_t at) {
    auto job = [at, &text = std::as_const(dictionary)](Connection& db) -> Status {
        store_dictionary(db, text, at);
        return {};
    };
    if (Status kept = co_await writer_.write(std::move(job), Writer::Turn::Patient); !kept)
        co_return kept;
    co_return packer_->add(dictionary);
}

Task<Status> Archives::append(std::string archive, std::vector<ArchiveEntry> entries) {
    std::vector<std::string> packed;
    for (const ArchiveEntry& entry : entries)
        packed.push_back(packer_->pack(entry.envelope));
    auto job = [archive = std::move(archive), entries = std::move(entries),
                packed = std::move(packed)](Connection& db) -> Status {
        Archiver archiver{db, archive};
        for (std::size_t i = 0; i < entries.size(); ++i)
            archiver.append(entries[i].cursor(), entries[i].event_id, packed[i], entries[i].envelope.size());
        archiver.finish();
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Result<std::vector<ArchiveEntry>>> Archives::read(std::string archive, TimePoint from, TimePoint to,
                                                       std::optional<ArchiveCursor> after, std::size_t limit) {
    const ArchiveCursor before_all{.ingested = from, .sequence = std::numeric_limits<std::int64_t>::min()};
    const ArchiveCursor start = std::max(after.value_or(before_all), before_all);
    auto job = [this, archive = std::move(archive), to, start,
                limit](Connection& db) -> Result<std::vector<ArchiveEntry>> {
        return find_entries(db, *packer_, archive, to, start, limit);
    };
    return readers_.read(std::move(job));
}

Task<Result<ArchiveFigures>> Archives::figures(std::string archive) {
    auto job = [archive = std::move(archive)](Connection& db) -> Result<ArchiveFigures> {
        Statement row = db.query("SELECT events, bytes FROM archives WHERE key = ?", archive);
        if (!row.step())
            return ArchiveFigures{};
        return ArchiveFigures{.events = row.number(0), .bytes = row.number(1)};
    };
    return readers_.read(std::move(job));
}

Task<Result<std::vector<std::string>>> Archives::keys() {
    auto job = [](Connection& db) -> Result<std::vector<std::string>> {
        std::vector<std::string> keys;
        Statement rows = db.query("SELECT key FROM archives WHERE key IS NOT NULL ORDER BY key");
        while (rows.step())
            keys.push_back(rows.text(0));
        return keys;
    };
    return readers_.read(std::move(job));
}

Task<Result<std::size_t>> Archives::drop_before(std::string archive, TimePoint oldest) {
    auto job = [archive = std::move(archive), oldest](Connection& db) -> Result<std::size_t> {
        return drop_some(db, find_row(db, archive), oldest);
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Status> Archives::remove(std::string archive) {
    auto job = [archive = std::move(archive)](Connection& db) -> Status {
        db.run("UPDATE archives SET key = NULL WHERE key = ?", archive);
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Status> Archives::clear() {
    auto job = [](Connection& db) -> Status {
        db.run("UPDATE archives SET key = NULL");
        db.run("DELETE FROM replays");
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Result<std::size_t>> Archives::drop_removed() {
    auto job = [](Connection& db) -> Result<std::size_t> {
        while (const std::int64_t row = db.number("SELECT row FROM archives WHERE key IS NULL LIMIT 1")) {
            if (const std::size_t dropped = drop_some(db, row, TimePoint::max()); dropped > 0)
                return dropped;
            db.run("DELETE FROM archives WHERE row = ?", row);
        }
        return 0;
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Result<std::optional<ArchiveCursor>>> Archives::progress(std::string replay) {
    auto job = [replay = std::move(replay)](Connection& db) -> Result<std::optional<ArchiveCursor>> {
        Statement row = db.query("SELECT ingested, sequence FROM replays WHERE key = ?", replay);
        if (!row.step())
            return std::nullopt;
        return ArchiveCursor{.ingested = row.time(0), .sequence = row.number(1)};
    };
    return readers_.read(std::move(job));
}

Task<Result<bool>> Archives::set_progress(std::string replay, ArchiveCursor reached,
                                          std::shared_ptr<const Batch> batch) {
    auto job = [replay = std::move(replay), reached, batch = std::move(batch)](Connection& db) -> Result<bool> {
        db.run("INSERT OR REPLACE INTO replays(key, ingested, sequence) VALUES (?, ?, ?)", replay, reached.ingested,
               reached.sequence);
        const bool all_there = sqlite::append(db, *batch);
        crash_point("replay.uncommitted");
        return all_there;
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Status> Archives::drop_progress(std::string replay) {
    auto job = [replay = std::move(replay)](Connection& db) -> Status {
        db.run("DELETE FROM replays WHERE key = ?", replay);
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

}  // namespace rialto::storage::sqlite
