#include "storage/sqlite/deliveries.hpp"

#include <algorithm>

#include "rialto/base/crash_point.hpp"
#include "storage/sqlite/outbox.hpp"

namespace rialto::storage::sqlite {
namespace {

/// What a look for due deliveries leaves out.
struct Skip {
    std::vector<DeliveryId> ids;  // ascending
    std::vector<std::string> targets;

    bool has(const Statement& row) const {
        return std::ranges::binary_search(ids, row.number(0)) ||
               (!targets.empty() && std::ranges::find(targets, row.text(1)) != targets.end());
    }
};

std::vector<DeliveryId> due_ids(Connection& db, TimePoint now, std::size_t limit, const Skip& skip) {
    std::vector<DeliveryId> ids;
    Statement rows = db.query("SELECT id, target FROM deliveries WHERE due <= ? ORDER BY due, id", now);
    while (ids.size() < limit && rows.step()) {
        if (!skip.has(rows))
            ids.push_back(rows.number(0));
    }
    return ids;
}

std::optional<StoredDelivery> find_delivery(Connection& db, DeliveryId id) {
    Statement row = db.query(
        "SELECT e.id, e.bus, e.ingested, e.envelope, d.target, d.rule, d.part, d.attempts, d.due, e.hops, e.trace "
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
                          .due = row.time(8)};
}

/// Ids come first, from the index alone, so that what is skipped does not cost a look at each event. One that was
/// finished meanwhile is left out. The parts of a split delivery stand together and share their event's text.
std::vector<StoredDelivery> find_due(Connection& db, TimePoint now, std::size_t limit, const Skip& skip) {
    std::vector<StoredDelivery> found;
    for (const DeliveryId id : due_ids(db, now, limit, skip)) {
        auto delivery = find_delivery(db, id);
        if (!delivery)
            continue;
        if (!found.empty() && found.back().event_id == delivery->event_id)
            delivery->envelope = found.back().envelope;
        found.push_back(std::move(*delivery));
    }
    return found;
}

void insert_part(Connection& db, DeliveryId parent, const Part& part) {
    // The parent's time has come, so its parts are due at once, and in its turn.
    db.run(
        "INSERT INTO deliveries(id, event, target, rule, part, attempts, due) "
        "SELECT ?, event, target, rule, ?, 0, due FROM deliveries WHERE id = ?",
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
    // No index serves this: it is asked once a change of the configuration, an index would cost every delivery.
    unused = without(unused, first_columns(db.query("SELECT DISTINCT target FROM deliveries")));
    for (const std::string& key : unused)
        db.run("DELETE FROM targets WHERE key = ?", key);
}

}  // namespace

void remove_delivery(Connection& db, DeliveryId id) {
    const std::int64_t event = db.number("SELECT event FROM deliveries WHERE id = ?", id);
    if (event == 0)
        return;
    db.run("DELETE FROM deliveries WHERE id = ?", id);
    db.run("DELETE FROM events WHERE row = ?1 AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = ?1)", event);
}

Task<Status> Deliveries::append(Outbox outbox) {
    auto job = [outbox = std::move(outbox)](Connection& db) -> Status {
        sqlite::append(db, outbox);
        return {};
    };
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

Task<Result<std::vector<StoredDelivery>>> Deliveries::due(TimePoint now, std::size_t limit,
                                                          std::vector<DeliveryId> skip,
                                                          std::vector<std::string> skip_targets) {
    Skip skipped{.ids = std::move(skip), .targets = std::move(skip_targets)};
    auto job = [now, limit, skipped = std::move(skipped)](Connection& db) -> Result<std::vector<StoredDelivery>> {
        return find_due(db, now, limit, skipped);
    };
    return readers_.read(std::move(job));
}

Task<Result<std::optional<TimePoint>>> Deliveries::next_due(TimePoint now) {
    auto job = [now](Connection& db) -> Result<std::optional<TimePoint>> {
        Statement row = db.query("SELECT min(due) FROM deliveries WHERE due > ?", now);
        return row.step() ? row.optional_time(0) : std::nullopt;
    };
    return readers_.read(std::move(job));
}

Task<Result<std::size_t>> Deliveries::count() {
    auto job = [](Connection& db) -> Result<std::size_t> {
        return static_cast<std::size_t>(db.number("SELECT count(*) FROM deliveries"));
    };
    return readers_.read(std::move(job));
}

Task<Status> Deliveries::finish(DeliveryId id) {
    auto job = [id](Connection& db) -> Status {
        remove_delivery(db, id);
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Status> Deliveries::postpone(DeliveryId id, int attempts, TimePoint due) {
    auto job = [id, attempts, due](Connection& db) -> Status {
        db.run("UPDATE deliveries SET attempts = ?, due = ? WHERE id = ?", attempts, due, id);
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
            db.run("UPDATE deliveries SET part = ? WHERE id = ?", *rest, id);
        else
            remove_delivery(db, id);
        return {};
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Status> Deliveries::clear() {
    auto job = [](Connection& db) -> Status {
        db.run("DELETE FROM deliveries");
        db.run("DELETE FROM events");
        db.run("DELETE FROM dead_letters");
        return {};
    };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
