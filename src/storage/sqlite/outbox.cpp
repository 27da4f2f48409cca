#include "storage/sqlite/outbox.hpp"

namespace rialto::storage::sqlite {
namespace {

/// Whoever is not the first of its key is not due before that one is gone: see remove_delivery().
void append_ordered(Connection& db, const OwedEvent& event, std::int64_t row, const OwedDelivery& delivery) {
    const bool is_first = db.number("SELECT EXISTS(SELECT 1 FROM deliveries WHERE target = ? AND ordered = ?)",
                                    delivery.target, delivery.ordered) == 0;
    db.run(
        "INSERT INTO deliveries(id, event, target, rule, part, attempts, due, ordered) "
        "VALUES (?, ?, ?, ?, '', 0, ?, ?)",
        delivery.id, row, delivery.target, delivery.rule, is_first ? event.ingested : kBlocked, delivery.ordered);
}

}  // namespace

void append(Connection& db, const Outbox& outbox) {
    for (const OwedEvent& event : outbox) {
        if (event.deliveries.empty())
            continue;  // a row that no delivery would ever take away
        db.run("INSERT INTO events(id, bus, ingested, envelope, hops, trace) VALUES (?, ?, ?, ?, ?, ?)", event.id,
               event.bus, event.ingested, event.envelope, event.hops, event.trace_header);
        const std::int64_t row = db.last_row();
        for (const OwedDelivery& delivery : event.deliveries) {
            if (!delivery.ordered.empty()) {
                append_ordered(db, event, row, delivery);
                continue;
            }
            db.run("INSERT INTO deliveries(id, event, target, rule, part, attempts, due) VALUES (?, ?, ?, ?, '', 0, ?)",
                   delivery.id, row, delivery.target, delivery.rule, event.ingested);
        }
    }
}

}  // namespace rialto::storage::sqlite
