#include <limits>

#include "storage/sqlite/deliveries.hpp"
#include "storage/sqlite/outbox.hpp"

/// What people see of the deliveries that are owed, and the failed attempts at them.
namespace rialto::storage::sqlite {
namespace {

constexpr std::int64_t kLookedAt = 20'000;  // for one page: some tens of milliseconds
constexpr std::int64_t kForgottenAtOnce = 500;

Owed read_owed(const Statement& row) {
    const TimePoint due = row.time(8);
    return {.delivery = {.id = row.number(0),
                         .event_id = row.text(1),
                         .bus = row.text(2),
                         .ingested = row.time(3),
                         .envelope = std::make_shared<const std::string>(row.text(11)),
                         .hops = 0,
                         .target = row.text(4),
                         .rule = row.text(5),
                         .part = row.text(6),
                         .attempts = static_cast<int>(row.number(7)),
                         .due = due == kBlocked ? row.time(3) : due,
                         .ordered = row.text(9)},
            .target = row.text(10),
            .blocked = due == kBlocked};
}

/// The last id that a page looks at; the largest there is if nothing is behind it.
DeliveryId end_of_look(Connection& db, DeliveryId after) {
    const DeliveryId end =
        db.number("SELECT id FROM deliveries WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?", after, kLookedAt - 1);
    return end == 0 ? std::numeric_limits<DeliveryId>::max() : end;
}

/// Those that are meant, with ids from the first after `after` up to `end`. Their envelopes are left out.
std::vector<Owed> list_owed(Connection& db, const OwedFilter& meant, std::size_t limit, DeliveryId after,
                            DeliveryId end) {
    std::vector<Owed> found;
    Statement rows = db.query(
        "SELECT d.id, e.id, e.bus, e.ingested, d.target, d.rule, d.part, d.attempts, d.due, d.ordered, "
        "coalesce(t.json, ''), '' FROM deliveries d JOIN events e ON e.row = d.event "
        "LEFT JOIN targets t ON t.key = d.target WHERE d.id > ?1 AND d.id <= ?2 AND (?3 IS NULL OR e.bus = ?3) "
        "AND (?4 IS NULL OR d.rule = ?4) AND (?5 IS NULL OR e.id = ?5) "
        "AND (?6 IS NULL OR CASE WHEN json_valid(t.json) THEN json_extract(t.json, '$.id') END = ?6) "
        "ORDER BY d.id LIMIT ?7",
        after, end, meant.bus, meant.rule, meant.event_id, meant.target, limit);
    while (rows.step())
        found.push_back(read_owed(rows));
    return found;
}

Result<Owed> find_owed(Connection& db, DeliveryId id) {
    Statement row = db.query(
        "SELECT d.id, e.id, e.bus, e.ingested, d.target, d.rule, d.part, d.attempts, d.due, d.ordered, "
        "coalesce(t.json, ''), e.envelope FROM deliveries d JOIN events e ON e.row = d.event "
        "LEFT JOIN targets t ON t.key = d.target WHERE d.id = ?",
        id);
    if (!row.step())
        return Error{Errc::NotFound, "no delivery " + std::to_string(id) + " is owed"};
    return read_owed(row);
}

}  // namespace

void add_attempt(Connection& db, DeliveryId id, const FailedAttempt& attempt) {
    db.run(
        "INSERT INTO attempts(delivery, number, at, duration, status, code, message, response) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        id, attempt.number, attempt.at, attempt.duration.count(), attempt.status, attempt.code, attempt.message,
        attempt.response);
}

Task<Result<DeliveryStore::OwedPage>> Deliveries::list(OwedFilter filter, std::size_t limit, DeliveryId after) {
    auto job = [filter = std::move(filter), limit, after](Connection& db) -> Result<OwedPage> {
        const DeliveryId end = end_of_look(db, after);
        OwedPage page{.items = list_owed(db, filter, limit + 1, after, end), .reached = {}};
        if (page.items.size() > limit) {
            page.items.pop_back();
            page.reached = page.items.back().delivery.id;
        } else if (end != std::numeric_limits<DeliveryId>::max()) {
            page.reached = end;
        }
        return page;
    };
    return readers_.read(std::move(job));
}

Task<Result<Owed>> Deliveries::find(DeliveryId id) {
    auto job = [id](Connection& db) -> Result<Owed> { return find_owed(db, id); };
    return readers_.read(std::move(job));
}

Task<Result<std::vector<FailedAttempt>>> Deliveries::attempts(DeliveryId id) {
    auto job = [id](Connection& db) -> Result<std::vector<FailedAttempt>> {
        std::vector<FailedAttempt> attempts;
        Statement rows = db.query(
            "SELECT number, at, duration, status, code, message, response FROM attempts WHERE delivery = ? "
            "ORDER BY row",
            id);
        while (rows.step())
            attempts.push_back({.number = static_cast<int>(rows.number(0)),
                                .at = rows.time(1),
                                .duration = Duration{rows.number(2)},
                                .status = static_cast<int>(rows.number(3)),
                                .code = rows.text(4),
                                .message = rows.text(5),
                                .response = rows.text(6)});
        return attempts;
    };
    return readers_.read(std::move(job));
}

Task<Result<std::size_t>> Deliveries::trim_attempts(std::size_t kept) {
    auto job = [kept](Connection& db) -> Result<std::size_t> {
        const std::int64_t last = db.number("SELECT max(row) FROM attempts") - static_cast<std::int64_t>(kept);
        db.run("DELETE FROM attempts WHERE row IN (SELECT row FROM attempts WHERE row <= ? ORDER BY row LIMIT ?)", last,
               kForgottenAtOnce);
        return static_cast<std::size_t>(db.changes());
    };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
