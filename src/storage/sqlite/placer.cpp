#include "storage/sqlite/placer.hpp"

#include <utility>

namespace rialto::storage::sqlite {

Placer::Placer(Connection& db, QueueId queue) : db_{db}, queue_{queue} {
    Statement row = db.query("SELECT content, sequence FROM queues WHERE id = ?", queue);
    if (row.step()) {
        content_ = row.number(0);
        sequence_ = row.number(1);
    }
    stored_sequence_ = sequence_;
}

Placed Placer::place(const NewMessage& message) {
    if (!message.duplicate_key.empty())
        if (auto known = find_original(message))
            return *std::move(known);
    const Placed placed{.id = message.id, .sequence = message.ordered ? ++sequence_ : 0};
    db_.run(
        "INSERT INTO queue_messages(content, visible, receives, sequence, sent, first_received, dead_from, id, "
        "grouped, properties, body) VALUES (?, ?, 0, ?, ?, 0, 0, ?, ?, ?, ?)",
        content_, message.visible, placed.sequence, message.sent, message.id, message.group, message.properties,
        message.body);
    if (!message.duplicate_key.empty())
        db_.run("INSERT OR REPLACE INTO queue_duplicates(queue, key, id, sequence, expires) VALUES (?, ?, ?, ?, ?)",
                queue_, message.duplicate_key, placed.id, placed.sequence, message.unique_until);
    return placed;
}

void Placer::finish() {
    if (sequence_ != stored_sequence_)
        db_.run("UPDATE queues SET sequence = ? WHERE id = ?", sequence_, queue_);
}

std::optional<Placed> Placer::find_original(const NewMessage& message) {
    Statement row = db_.query("SELECT id, sequence FROM queue_duplicates WHERE queue = ? AND key = ? AND expires > ?",
                              queue_, message.duplicate_key, message.sent);
    if (!row.step())
        return std::nullopt;
    return Placed{.id = row.text(0), .sequence = row.number(1)};
}

}  // namespace rialto::storage::sqlite
