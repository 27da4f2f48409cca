#include <limits>

#include "rialto/base/crash_point.hpp"
#include "storage/sqlite/deliveries.hpp"
#include "storage/sqlite/page.hpp"
#include "storage/sqlite/trim.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kPurgedAtOnce = 100;

DeadLetter read_letter(const Statement& row) {
    return {.id = row.number(0),
            .delivery = row.number(13),
            .event_id = row.text(1),
            .bus = row.text(2),
            .ingested = row.time(3),
            .envelope = row.text(4),
            .target = row.text(5),
            .rule = row.text(6),
            .part = row.text(7),
            .attempts = static_cast<int>(row.number(8)),
            .error_code = row.text(9),
            .error_message = row.text(10),
            .exhausted = row.text(11),
            .died = row.time(12)};
}

/// Those that are meant, the newest first, of those with ids below `before`.
Page<DeadLetter> list_letters(Connection& db, const DeadLetterFilter& meant, std::size_t limit, std::int64_t before) {
    Statement rows = db.query(
        "SELECT id, event_id, bus, ingested, envelope, target, rule, part, attempts, error_code, error_message, "
        "exhausted, died, delivery FROM dead_letters WHERE id < ?1 AND (?2 IS NULL OR bus = ?2) "
        "AND (?3 IS NULL OR rule = ?3) AND (?4 IS NULL OR event_id = ?4) AND (?5 IS NULL OR error_code = ?5) "
        "AND (?6 IS NULL OR died >= ?6) AND (?7 IS NULL OR died < ?7) AND id <= ifnull(?8, 9223372036854775807) "
        "AND (?9 IS NULL OR CASE WHEN json_valid(target) THEN json_extract(target, '$.id') END = ?9) "
        "ORDER BY id DESC LIMIT ?10",
        before, meant.bus, meant.rule, meant.event_id, meant.error_code, meant.died_from, meant.died_before,
        meant.up_to, meant.target, limit + 1);
    return read_page(rows, limit, read_letter,
                     [](const DeadLetter& letter) { return letter.envelope.size() + letter.target.size(); });
}

/// The ids of the oldest that are meant.
std::vector<std::int64_t> oldest_ids(Connection& db, const DeadLetterFilter& meant, std::size_t limit) {
    std::vector<std::int64_t> ids;
    Statement rows = db.query(
        "SELECT id FROM dead_letters WHERE (?1 IS NULL OR bus = ?1) "
        "AND (?2 IS NULL OR rule = ?2) AND (?3 IS NULL OR event_id = ?3) AND (?4 IS NULL OR error_code = ?4) "
        "AND (?5 IS NULL OR died >= ?5) AND (?6 IS NULL OR died < ?6) AND id <= ifnull(?7, 9223372036854775807) "
        "AND (?8 IS NULL OR CASE WHEN json_valid(target) THEN json_extract(target, '$.id') END = ?8) "
        "ORDER BY id LIMIT ?9",
        meant.bus, meant.rule, meant.event_id, meant.error_code, meant.died_from, meant.died_before, meant.up_to,
        meant.target, limit);
    while (rows.step())
        ids.push_back(rows.number(0));
    return ids;
}

Error no_letter(std::int64_t id) { return {Errc::NotFound, "there is no dead letter " + std::to_string(id)}; }

Result<DeadLetter> find_letter(Connection& db, std::int64_t id) {
    auto found = list_letters(db, {.up_to = id}, 1, kNoEnd);
    if (found.items.empty() || found.items.front().id != id)
        return no_letter(id);
    return std::move(found.items.front());
}

/// What was owed is taken from the rows; why it was given up from `letter`. False if the delivery is gone.
bool insert_letter(Connection& db, DeliveryId id, const DeadLetter& letter) {
    db.run(
        "INSERT INTO dead_letters(event_id, bus, ingested, envelope, target_key, target, rule, part, attempts, "
        "error_code, error_message, exhausted, died, delivery, trace) "
        "SELECT e.id, e.bus, e.ingested, e.envelope, d.target, coalesce(t.json, ''), d.rule, d.part, ?, ?, ?, ?, ?, "
        "d.id, e.trace FROM deliveries d JOIN events e ON e.row = d.event LEFT JOIN targets t ON t.key = d.target "
        "WHERE d.id = ?",
        letter.attempts, letter.error_code, letter.error_message, letter.exhausted, letter.died, id);
    return db.changes() > 0;
}

/// The target may have been forgotten since, as no delivery referred to it.
void keep_target_again(Connection& db, std::int64_t letter) {
    db.run(
        "INSERT OR IGNORE INTO targets(key, json) SELECT target_key, target FROM dead_letters "
        "WHERE id = ? AND target <> ''",
        letter);
}

Status revive(Connection& db, std::int64_t letter, DeliveryId delivery, TimePoint now) {
    db.run(
        "INSERT INTO events(id, bus, ingested, envelope, trace) "
        "SELECT event_id, bus, ?, envelope, trace FROM dead_letters WHERE id = ?",
        now, letter);
    if (db.changes() == 0)
        return no_letter(letter);
    db.run(
        "INSERT INTO deliveries(id, event, target, rule, part, attempts, due) "
        "SELECT ?, ?, target_key, rule, part, 0, ? FROM dead_letters WHERE id = ?",
        delivery, db.last_row(), now, letter);
    keep_target_again(db, letter);
    db.run("DELETE FROM dead_letters WHERE id = ?", letter);
    crash_point("redrive.uncommitted");
    return {};
}

std::size_t trim(Connection& db, DeadLetterBounds kept, TimePoint now) {
    const std::int64_t count = db.number("SELECT count(*) FROM dead_letters");
    const std::int64_t bytes = db.number("SELECT value FROM meta WHERE name = 'dead_letter_bytes'");
    const auto gone = keys_beyond(
        db.query("SELECT id, died, length(CAST(envelope AS BLOB)) FROM dead_letters ORDER BY died, id LIMIT ?",
                 kTrimmedAtOnce),
        count - static_cast<std::int64_t>(kept.entries), now - kept.age, bytes - kept.bytes);
    for (const std::int64_t id : gone)
        db.run("DELETE FROM dead_letters WHERE id = ?", id);
    return gone.size();
}

}  // namespace

Task<Status> Deliveries::bury(std::vector<Buried> given_up) {
    auto job = [given_up = std::move(given_up)](Connection& db) -> Status {
        for (const auto& [id, letter, attempt] : given_up) {
            if (insert_letter(db, id, letter) && attempt)
                add_attempt(db, id, *attempt);
            (void)remove_delivery(db, id, Attempts::Keep);
        }
        crash_point("dead_letter.uncommitted");
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Result<Page<DeadLetter>>> Deliveries::dead_letters(DeadLetterFilter filter, std::size_t limit,
                                                        std::optional<std::int64_t> before) {
    auto job = [filter = std::move(filter), limit, before](Connection& db) -> Result<Page<DeadLetter>> {
        return list_letters(db, filter, limit, before.value_or(kNoEnd));
    };
    return readers_.read(std::move(job));
}

Task<Result<DeadLetter>> Deliveries::dead_letter(std::int64_t id) {
    auto job = [id](Connection& db) -> Result<DeadLetter> { return find_letter(db, id); };
    return readers_.read(std::move(job));
}

Task<Result<DeadLetter>> Deliveries::dead_letter_of(DeliveryId delivery) {
    auto job = [delivery](Connection& db) -> Result<DeadLetter> {
        return find_letter(db, db.number("SELECT max(id) FROM dead_letters WHERE delivery = ?", delivery));
    };
    return readers_.read(std::move(job));
}

Task<Status> Deliveries::drop_dead_letter(std::int64_t id) {
    auto job = [id](Connection& db) -> Status {
        db.run("DELETE FROM dead_letters WHERE id = ?", id);
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Result<std::size_t>> Deliveries::trim_dead_letters(DeadLetterBounds kept, TimePoint now) {
    auto job = [kept, now](Connection& db) -> Result<std::size_t> { return trim(db, kept, now); };
    return writer_.write(std::move(job));
}

Task<Status> Deliveries::redrive(std::int64_t letter, DeliveryId delivery, TimePoint now) {
    auto job = [letter, delivery, now](Connection& db) -> Status { return revive(db, letter, delivery, now); };
    return writer_.write(std::move(job));
}

Task<Result<std::size_t>> Deliveries::redrive_some(DeadLetterFilter filter, std::vector<Revival> revivals) {
    auto job = [filter = std::move(filter), revivals = std::move(revivals)](Connection& db) -> Result<std::size_t> {
        const auto ids = oldest_ids(db, filter, revivals.size());
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (Status revived = revive(db, ids[i], revivals[i].delivery, revivals[i].due); !revived)
                return std::move(revived).error();
        return ids.size();
    };
    return writer_.write(std::move(job));
}

Task<Result<std::size_t>> Deliveries::purge_some(DeadLetterFilter filter) {
    auto job = [filter = std::move(filter)](Connection& db) -> Result<std::size_t> {
        const auto ids = oldest_ids(db, filter, kPurgedAtOnce);
        for (const std::int64_t id : ids)
            db.run("DELETE FROM dead_letters WHERE id = ?", id);
        return ids.size();
    };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
