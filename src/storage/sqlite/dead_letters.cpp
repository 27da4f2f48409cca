#include <limits>

#include "storage/sqlite/deliveries.hpp"
#include "storage/sqlite/page.hpp"
#include "storage/sqlite/trim.hpp"

namespace rialto::storage::sqlite {
namespace {

DeadLetter read_letter(const Statement& row) {
    return {.id = row.number(0),
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

/// What was owed is taken from the rows; why it was given up from `letter`. Nothing if the delivery is gone.
void insert_letter(Connection& db, DeliveryId id, const DeadLetter& letter) {
    db.run(
        "INSERT INTO dead_letters(event_id, bus, ingested, envelope, target_key, target, rule, part, attempts, "
        "error_code, error_message, exhausted, died, trace) "
        "SELECT e.id, e.bus, e.ingested, e.envelope, d.target, coalesce(t.json, ''), d.rule, d.part, ?, ?, ?, ?, ?, "
        "e.trace "
        "FROM deliveries d JOIN events e ON e.row = d.event LEFT JOIN targets t ON t.key = d.target WHERE d.id = ?",
        letter.attempts, letter.error_code, letter.error_message, letter.exhausted, letter.died, id);
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
        return Error{Errc::NotFound, "there is no dead letter " + std::to_string(letter)};
    db.run(
        "INSERT INTO deliveries(id, event, target, rule, part, attempts, due) "
        "SELECT ?, ?, target_key, rule, part, 0, ? FROM dead_letters WHERE id = ?",
        delivery, db.last_row(), now, letter);
    keep_target_again(db, letter);
    db.run("DELETE FROM dead_letters WHERE id = ?", letter);
    return {};
}

std::size_t trim(Connection& db, Retention kept, TimePoint now) {
    const std::int64_t count = db.number("SELECT count(*) FROM dead_letters");
    const auto gone = keys_beyond(
        db.query("SELECT id, died, length(envelope) FROM dead_letters ORDER BY died, id LIMIT ?", kTrimmedAtOnce),
        count - static_cast<std::int64_t>(kept.entries), now - kept.age);
    for (const std::int64_t id : gone)
        db.run("DELETE FROM dead_letters WHERE id = ?", id);
    return gone.size();
}

}  // namespace

Task<Status> Deliveries::bury(DeliveryId id, DeadLetter letter) {
    auto job = [id, letter = std::move(letter)](Connection& db) -> Status {
        insert_letter(db, id, letter);
        remove_delivery(db, id);
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Result<Page<DeadLetter>>> Deliveries::dead_letters(std::size_t limit, std::optional<std::int64_t> before) {
    auto job = [limit, before](Connection& db) -> Result<Page<DeadLetter>> {
        Statement rows = db.query(
            "SELECT id, event_id, bus, ingested, envelope, target, rule, part, attempts, error_code, error_message, "
            "exhausted, died FROM dead_letters WHERE id < ? ORDER BY id DESC LIMIT ?",
            before.value_or(std::numeric_limits<std::int64_t>::max()), limit + 1);
        return read_page(rows, limit, read_letter,
                         [](const DeadLetter& letter) { return letter.envelope.size() + letter.target.size(); });
    };
    return readers_.read(std::move(job));
}

Task<Result<DeadLetter>> Deliveries::dead_letter(std::int64_t id) {
    auto job = [id](Connection& db) -> Result<DeadLetter> {
        Statement row = db.query(
            "SELECT id, event_id, bus, ingested, envelope, target, rule, part, attempts, error_code, error_message, "
            "exhausted, died FROM dead_letters WHERE id = ?",
            id);
        if (!row.step())
            return Error{Errc::NotFound, "there is no dead letter " + std::to_string(id)};
        return read_letter(row);
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

Task<Result<std::size_t>> Deliveries::trim_dead_letters(Retention kept, TimePoint now) {
    auto job = [kept, now](Connection& db) -> Result<std::size_t> { return trim(db, kept, now); };
    return writer_.write(std::move(job));
}

Task<Status> Deliveries::redrive(std::int64_t letter, DeliveryId delivery, TimePoint now) {
    auto job = [letter, delivery, now](Connection& db) -> Status { return revive(db, letter, delivery, now); };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
