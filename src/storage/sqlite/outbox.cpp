#include "storage/sqlite/outbox.hpp"

namespace rialto::storage::sqlite {

void append(Connection& db, const Outbox& outbox) {
    for (const OwedEvent& event : outbox) {
        if (event.deliveries.empty())
            continue;  // a row that no delivery would ever take away
        db.run("INSERT INTO events(id, bus, ingested, envelope, hops, trace) VALUES (?, ?, ?, ?, ?, ?)", event.id,
               event.bus, event.ingested, event.envelope, event.hops, event.trace_header);
        const std::int64_t row = db.last_row();
        for (const OwedDelivery& delivery : event.deliveries) {
            db.run("INSERT INTO deliveries(id, event, target, rule, part, attempts, due) VALUES (?, ?, ?, ?, '', 0, ?)",
                   delivery.id, row, delivery.target, delivery.rule, event.ingested);
        }
    }
}

}  // namespace rialto::storage::sqlite
