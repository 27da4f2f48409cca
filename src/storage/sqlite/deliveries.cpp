#include "storage/sqlite/deliveries.hpp"

#include <algorithm>
#include <string>

#include "rialto/base/crash_point.hpp"
#include "storage/sqlite/outbox.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr std::int64_t kMovedAtOnce = 500;

/// The keys of the targets that something is owed to, ascending: one look into the index for each of them.
std::vector<std::string> owed_targets(Connection& db) {
    std::vector<std::string> keys;
    Statement rows = db.query(
        "WITH RECURSIVE owed(target) AS (SELECT min(target) FROM deliveries UNION ALL "
        "SELECT (SELECT min(target) FROM deliveries WHERE target > owed.target) FROM owed WHERE target IS NOT NULL) "
        "SELECT target FROM owed WHERE target IS NOT NULL");
    while (rows.step())
        keys.push_back(rows.text(0));
    return keys;
}

struct DueIds {
    std::vector<DeliveryId> ids;
    bool more = false;
};

/// Adds what is due to one target, at most `share`. Those that are skipped are in memory: few.
void add_due(Connection& db, const std::string& target, TimePoint now, std::size_t share,
             const std::vector<DeliveryId>& skip, DueIds& due) {
    Statement rows = db.query("SELECT id FROM deliveries WHERE target = ? AND due <= ? ORDER BY due, id", target, now);
    std::size_t found = 0;
    while (rows.step()) {
        if (std::ranges::binary_search(skip, rows.number(0)))
            continue;
        if (++found > share) {
            due.more = true;
            return;
        }
        due.ids.push_back(rows.number(0));
    }
}

/// Each target that something is owed to, and that has room, gets the same share of the limit, and at least one.
DueIds due_ids(Connection& db, TimePoint now, std::size_t limit, const std::vector<DeliveryId>& skip,
               const DeliveryStore::Room& room) {
    const auto room_of = [&room, limit](const std::string& target) {
        const auto found = room.find(target);
        return found == room.end() ? limit : found->second;
    };
    auto targets = owed_targets(db);
    std::erase_if(targets, [&](const std::string& target) { return room_of(target) == 0; });
    const std::size_t share = std::max<std::size_t>(1, limit / std::max<std::size_t>(1, targets.size()));
    DueIds due;
    for (const std::string& target : targets) {
        if (due.ids.size() >= limit) {
            due.more = true;
            break;
        }
        add_due(db, target, now, std::min(share, room_of(target)), skip, due);
    }
    return due;
}

std::optional<StoredDelivery> find_delivery(Connection& db, DeliveryId id) {
    Statement row = db.query(
        "SELECT e.id, e.bus, e.ingested, e.envelope, d.target, d.rule, d.part, d.attempts, d.due, e.hops, e.trace, "
        "d.ordered "
        "FROM deliveries d JOIN events e ON e.row = d.event WHERE d.id = ?",
        id);
    if (!row.step())
        return std::nullopt;
    return StoredDelivery{.id = id,
                          .event_id = row.text(0),
                          .bus = row.text(1),
                          .ingested = row.time(2),
                          .envelope = std::make_shared<const std::string>(row.text(3)),
                          .hops = static_cast<int>(row.number(9)),
                          .trace_header = row.text(10),
                          .target = row.text(4),
                          .rule = row.text(5),
                          .part = row.text(6),
                          .attempts = static_cast<int>(row.number(7)),
                          .due = row.time(8),
                          .ordered = row.text(11)};
}

/// Of the events' texts that one look brings: as much as a lane takes.
constexpr std::size_t kMostBytes = std::size_t{16} << 20U;

/// Ids come first, from the index alone, so that what is skipped does not cost a look at each event. One that was
/// finished meanwhile is left out. The parts of a split delivery stand together and share their event's text.
Page<StoredDelivery> find_due(Connection& db, TimePoint now, std::size_t limit, const std::vector<DeliveryId>& skip,
                              const DeliveryStore::Room& room) {
    const DueIds due = due_ids(db, now, limit, skip, room);
    Page<StoredDelivery> page{.items = {}, .more = due.more};
    std::size_t bytes = 0;
    for (const DeliveryId id : due.ids) {
        auto delivery = find_delivery(db, id);
        if (!delivery)
            continue;
        if (!page.items.empty() && page.items.back().event_id == delivery->event_id)
            delivery->envelope = page.items.back().envelope;
        else
            bytes += delivery->envelope->size();
        page.items.push_back(std::move(*delivery));
        if (bytes >= kMostBytes) {
            page.more = true;
            break;
        }
    }
    std::ranges::sort(page.items, {}, [](const StoredDelivery& one) { return std::pair{one.due, one.id}; });
    return page;
}

void insert_part(Connection& db, DeliveryId parent, const Part& part) {
    // The parent's time has come, so its parts are due at once, and in its turn.
    db.run(
        "INSERT INTO deliveries(id, event, target, rule, part, attempts, due, shared) "
        "SELECT ?, event, target, rule, ?, 0, due, 1 FROM deliveries WHERE id = ?",
        part.id, part.name, parent);
}

std::vector<std::string> first_columns(Statement&& rows) {
    std::vector<std::string> texts;
    while (rows.step())
        texts.push_back(rows.text(0));
    std::ranges::sort(texts);
    return texts;
}

std::vector<std::string> without(const std::vector<std::string>& sorted, const std::vector<std::string>& taken) {
    std::vector<std::string> left;
    std::ranges::set_difference(sorted, taken, std::back_inserter(left));
    return left;
}

void drop_targets(Connection& db, const std::vector<std::string>& in_use) {
    auto unused = without(first_columns(db.query("SELECT key FROM targets")), in_use);
    if (unused.empty())
        return;
    unused = without(unused, owed_targets(db));
    for (const std::string& key : unused)
        db.run("DELETE FROM targets WHERE key = ?", key);
}

/// The first of those that are left was blocked, unless it is the one that all others wait for.
void release_next(Connection& db, const std::string& target, const std::string& ordered) {
    db.run(
        "UPDATE deliveries SET due = (SELECT ingested FROM events WHERE row = deliveries.event) "
        "WHERE id = (SELECT min(id) FROM deliveries WHERE target = ? AND ordered = ?) AND due = ?",
        target, ordered, kBlocked);
}

}  // namespace

bool remove_delivery(Connection& db, DeliveryId id, Attempts attempts) {
    std::int64_t event = 0;
    bool has_failed = false;
    std::string target;
    std::string ordered;
    {
        Statement row = db.query("SELECT event, attempts, ordered, target FROM deliveries WHERE id = ?", id);
        if (!row.step())
            return false;
        event = row.number(0);
        has_failed = row.number(1) > 0;
        if (!row.is_null(2)) {
            ordered = row.text(2);
            target = row.text(3);
        }
    }
    db.run("DELETE FROM deliveries WHERE id = ?", id);
    db.run(
        "DELETE FROM events WHERE row = ?1 AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = ?1 AND shared = 1)",
        event);
    if (has_failed && attempts == Attempts::Forget)
        db.run("DELETE FROM attempts WHERE delivery = ?", id);
    if (!ordered.empty())
        release_next(db, target, ordered);
    return true;
}

Task<Result<bool>> Deliveries::append(std::shared_ptr<const Batch> batch) {
    auto job = [batch = std::move(batch)](Connection& db) -> Result<bool> { return sqlite::append(db, *batch); };
    return writer_.write(std::move(job));
}

Task<Status> Deliveries::keep_targets(std::vector<std::pair<std::string, std::string>> targets) {
    auto job = [targets = std::move(targets)](Connection& db) -> Status {
        for (const auto& [key, json] : targets)
            db.run("INSERT OR IGNORE INTO targets(key, json) VALUES (?, ?)", key, json);
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Result<std::vector<std::pair<std::string, std::string>>>> Deliveries::targets() {
    using Targets = std::vector<std::pair<std::string, std::string>>;
    auto job = [](Connection& db) -> Result<Targets> {
        Targets targets;
        Statement rows = db.query("SELECT key, json FROM targets ORDER BY key");
        while (rows.step())
            targets.emplace_back(rows.text(0), rows.text(1));
        return targets;
    };
    return readers_.read(std::move(job));
}

Task<Status> Deliveries::drop_targets_except(std::vector<std::string> in_use) {
    std::ranges::sort(in_use);
    auto job = [in_use = std::move(in_use)](Connection& db) -> Status {
        drop_targets(db, in_use);
        return {};
    };
    return writer_.write(std::move(job));
}

Task<Result<Page<StoredDelivery>>> Deliveries::due(TimePoint now, std::size_t limit, std::vector<DeliveryId> skip,
                                                   Room room) {
    auto job = [now, limit, skip = std::move(skip), room = std::move(room)](
                   Connection& db) -> Result<Page<StoredDelivery>> { return find_due(db, now, limit, skip, room); };
    return readers_.read(std::move(job));
}

Task<Result<std::optional<TimePoint>>> Deliveries::next_due(TimePoint now) {
    auto job = [now](Connection& db) -> Result<std::optional<TimePoint>> {
        std::optional<TimePoint> next;
        for (const std::string& target : owed_targets(db)) {
            Statement row = db.query("SELECT min(due) FROM deliveries WHERE target = ? AND due > ?", target, now);
            const auto due = row.step() ? row.optional_time(0) : std::nullopt;
            if (due && *due < kBlocked && (!next || *due < *next))
                next = due;
        }
        return next;
    };
    return readers_.read(std::move(job));
}

Task<Status> Deliveries::note_clock(TimePoint now) {
    auto job = [now](Connection& db) -> Status {
        db.run("UPDATE meta SET value = ? WHERE name = 'clock'", now);
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Result<std::optional<TimePoint>>> Deliveries::noted_clock() {
    auto job = [](Connection& db) -> Result<std::optional<TimePoint>> {
        Statement row = db.query("SELECT value FROM meta WHERE name = 'clock' AND value > 0");
        return row.step() ? row.optional_time(0) : std::nullopt;
    };
    return readers_.read(std::move(job));
}

Task<Result<std::size_t>> Deliveries::bring_forward(TimePoint now) {
    auto job = [now](Connection& db) -> Result<std::size_t> {
        std::int64_t moved = 0;
        for (const std::string& target : owed_targets(db)) {
            db.run(
                "UPDATE deliveries SET due = ?1 WHERE id IN (SELECT id FROM deliveries WHERE target = ?2 AND due > ?1 "
                "AND due < ?3 LIMIT ?4)",
                now, target, kBlocked, kMovedAtOnce - moved);
            moved += db.changes();
            if (moved >= kMovedAtOnce)
                break;
        }
        return static_cast<std::size_t>(moved);
    };
    return writer_.write(std::move(job));
}

Task<Result<std::size_t>> Deliveries::count() {
    auto job = [](Connection& db) -> Result<std::size_t> {
        return static_cast<std::size_t>(db.number("SELECT count(*) FROM deliveries"));
    };
    return readers_.read(std::move(job));
}

Task<Status> Deliveries::finish(std::vector<DeliveryId> ids) {
    auto job = [ids = std::move(ids)](Connection& db) -> Status {
        for (const DeliveryId id : ids)
            (void)remove_delivery(db, id);
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Status> Deliveries::postpone(std::vector<Postponed> failed) {
    auto job = [failed = std::move(failed)](Connection& db) -> Status {
        for (const auto& [id, attempt, due] : failed) {
            db.run("UPDATE deliveries SET attempts = ?, due = ? WHERE id = ?", attempt.number, due, id);
            if (db.changes() > 0)
                add_attempt(db, id, attempt);
        }
        crash_point("retry.uncommitted");
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Status> Deliveries::split(DeliveryId id, std::vector<Part> parts, std::optional<std::string> rest) {
    auto job = [id, parts = std::move(parts), rest = std::move(rest)](Connection& db) -> Status {
        for (const Part& part : parts)
            insert_part(db, id, part);
        crash_point("split.uncommitted");
        if (rest)
            db.run("UPDATE deliveries SET part = ?, shared = 1 WHERE id = ?", *rest, id);
        else
            (void)remove_delivery(db, id);
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Status> Deliveries::clear() {
    auto job = [](Connection& db) -> Status {
        db.run("DELETE FROM deliveries");
        db.run("DELETE FROM events");
        db.run("DELETE FROM dead_letters");
        db.run("DELETE FROM attempts");
        return {};
    };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
