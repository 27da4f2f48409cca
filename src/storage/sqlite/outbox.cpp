#include "storage/sqlite/outbox.hpp"

#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rialto/base/crash_point.hpp"
#include "storage/sqlite/archiver.hpp"
#include "storage/sqlite/placer.hpp"

namespace rialto::storage::sqlite {
namespace {

/// Whoever is not the first of its key is not due before that one is gone: see remove_delivery().
void append_ordered(Connection& db, const OwedEvent& event, std::int64_t row, const OwedDelivery& delivery,
                    bool is_shared) {
    const bool is_first = db.number("SELECT EXISTS(SELECT 1 FROM deliveries WHERE target = ? AND ordered = ?)",
                                    delivery.target, delivery.ordered) == 0;
    db.run(
        "INSERT INTO deliveries(id, event, target, rule, part, attempts, due, ordered, shared) "
        "VALUES (?, ?, ?, ?, '', 0, ?, ?, ?)",
        delivery.id, row, delivery.target, delivery.rule, is_first ? event.ingested : kBlocked, delivery.ordered,
        is_shared);
}

/// Of the messages whose queue is not there it returns the deliveries, by event.
std::vector<std::pair<std::size_t, OwedDelivery>> place_messages(Connection& db, const Batch& batch) {
    std::vector<std::pair<std::size_t, OwedDelivery>> owed;
    std::unordered_map<QueueId, Placer> placers;
    for (const DirectMessage& direct : batch.messages) {
        Placer& placer = placers.try_emplace(direct.queue, db, direct.queue).first->second;
        if (placer.is_there())
            (void)placer.place(direct.message);
        else
            owed.emplace_back(direct.event, direct.otherwise);
    }
    for (auto& [queue, placer] : placers)
        placer.finish();
    return owed;
}

void append_entries(Connection& db, const Batch& batch) {
    std::map<std::string_view, Archiver> archivers;
    for (const DirectEntry& entry : batch.entries) {
        const OwedEvent& event = batch.owed[entry.event];
        archivers.try_emplace(entry.archive, db, entry.archive)
            .first->second.append({event.ingested, entry.sequence}, event.id, entry.packed, event.envelope.size());
    }
    for (auto& [archive, archiver] : archivers)
        archiver.finish();
}

}  // namespace

void append(Connection& db, const Outbox& outbox) {
    for (const OwedEvent& event : outbox) {
        if (event.deliveries.empty())
            continue;  // a row that no delivery would ever take away
        db.run("INSERT INTO events(id, bus, ingested, envelope, hops, trace) VALUES (?, ?, ?, ?, ?, ?)", event.id,
               event.bus, event.ingested, event.envelope, event.hops, event.trace_header);
        const std::int64_t row = db.last_row();
        const bool is_shared = event.deliveries.size() > 1;
        for (const OwedDelivery& delivery : event.deliveries) {
            if (!delivery.ordered.empty()) {
                append_ordered(db, event, row, delivery, is_shared);
                continue;
            }
            db.run(
                "INSERT INTO deliveries(id, event, target, rule, part, attempts, due, shared) "
                "VALUES (?, ?, ?, ?, '', 0, ?, ?)",
                delivery.id, row, delivery.target, delivery.rule, event.ingested, is_shared);
        }
    }
}

bool append(Connection& db, const Batch& batch) {
    append_entries(db, batch);
    const auto owed = place_messages(db, batch);
    if (!batch.messages.empty())
        crash_point("direct.uncommitted");
    if (owed.empty()) {
        append(db, batch.owed);
        return true;
    }
    Outbox whole = batch.owed;
    for (const auto& [event, delivery] : owed)
        whole[event].deliveries.push_back(delivery);
    append(db, whole);
    return false;
}

}  // namespace rialto::storage::sqlite
