#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "rialto/base/crash_point.hpp"
#include "storage/sqlite/deliveries.hpp"
#include "storage/sqlite/placer.hpp"
#include "storage/sqlite/queues.hpp"

namespace rialto::storage::sqlite {
namespace {

using Held = QueueStore::Held;
using Visibility = QueueStore::Visibility;

/// How far into an ordered queue a receive looks for groups that are free, as AWS bounds it too.
constexpr std::int64_t kOrderedLookedAt = 20'000;

/// How many messages a receive moves or drops on its way, in one transaction.
constexpr std::size_t kPassedAtOnce = 100;

/// A message of which only the numbers were read.
struct Candidate {
    std::int64_t row = 0;
    std::int64_t receives = 0;
    TimePoint sent;
};

/// Claims messages of one queue for one receive.
class Receiver {
public:
    Receiver(Connection& db, QueueId queue, std::int64_t content, const Receive& wanted)
        : db_{db}, queue_{queue}, content_{content}, wanted_{wanted} {}

    Received receive() {
        // What moved to another queue, or is too old, makes room for a further look.
        while (received_.messages.size() < wanted_.limit) {
            if (received_.moved + dropped_ >= kPassedAtOnce) {
                received_.more = true;
                break;
            }
            const auto found = wanted_.ordered ? ordered_candidates() : candidates();
            if (found.empty())
                break;
            for (const Candidate& candidate : found)
                take(candidate);
        }
        return std::move(received_);
    }

private:
    std::int64_t room() const { return static_cast<std::int64_t>(wanted_.limit - received_.messages.size()); }

    std::vector<Candidate> candidates() {
        std::vector<Candidate> found;
        Statement rows = db_.query(
            "SELECT row, receives, sent FROM queue_messages WHERE content = ? AND visible <= ? ORDER BY visible LIMIT "
            "?",
            content_, wanted_.now, wanted_.limit);
        while (std::ssize(found) < room() && rows.step())
            if (!claimed_.contains(rows.number(0)))  // which are visible again at once, if that is what was asked for
                found.push_back({rows.number(0), rows.number(1), rows.time(2)});
        return found;
    }

    /// In order, passing over each group from its first hidden message on. Messages of one group may be received
    /// together: those before them are then hidden by this very receive. Each look goes on where the last one ended.
    std::vector<Candidate> ordered_candidates() {
        std::vector<std::int64_t> found;
        {
            Statement rows = db_.query(
                "SELECT row, grouped, visible, sequence FROM queue_messages WHERE content = ? AND sequence > 0 "
                "AND sequence > ? ORDER BY sequence LIMIT ?",
                content_, looked_up_to_, kOrderedLookedAt - looked_at_);
            while (std::ssize(found) < room() && rows.step()) {
                ++looked_at_;
                looked_up_to_ = rows.number(3);
                std::string group = rows.text(1);
                if (blocked_.contains(group))
                    continue;
                if (rows.time(2) > wanted_.now)
                    blocked_.insert(std::move(group));
                else
                    found.push_back(rows.number(0));
            }
        }
        std::vector<Candidate> candidates;
        for (const std::int64_t row : found) {
            Statement numbers = db_.query("SELECT receives, sent FROM queue_messages WHERE row = ?", row);
            if (numbers.step())
                candidates.push_back({row, numbers.number(0), numbers.time(1)});
        }
        return candidates;
    }

    void take(const Candidate& candidate) {
        if (candidate.sent < wanted_.oldest) {
            db_.run("DELETE FROM queue_messages WHERE row = ?", candidate.row);
            ++dropped_;
        } else if (wanted_.redrive && candidate.receives >= wanted_.redrive->max_receives && move_away(candidate)) {
            ++received_.moved;
        } else {
            claim(candidate);
        }
    }

    /// False if there is nowhere to go: the message stays then. On its arrival it can be received at once. It keeps its
    /// age, unless it is ordered: then its age begins anew, as AWS has it.
    bool move_away(const Candidate& candidate) {
        const Redrive& redrive = *wanted_.redrive;
        if (redrive.to == queue_)
            return false;
        Statement target = db_.query("SELECT content, sequence FROM queues WHERE id = ?", redrive.to);
        if (!target.step())
            return false;
        const std::int64_t sequence = wanted_.ordered ? target.number(1) + 1 : 0;
        const TimePoint sent = wanted_.ordered ? wanted_.now : candidate.sent;
        db_.run(
            "UPDATE queue_messages SET content = ?, visible = ?, sequence = ?, sent = ?, dead_from = ? WHERE row = ?",
            target.number(0), wanted_.now, sequence, sent, queue_, candidate.row);
        if (wanted_.ordered)
            db_.run("UPDATE queues SET sequence = ? WHERE id = ?", sequence, redrive.to);
        return true;
    }

    void claim(const Candidate& candidate) {
        db_.run(
            "UPDATE queue_messages SET visible = ?1, receives = receives + 1, "
            "first_received = CASE first_received WHEN 0 THEN ?2 ELSE first_received END WHERE row = ?3",
            wanted_.visible_again, wanted_.now, candidate.row);
        claimed_.insert(candidate.row);
        Statement row = db_.query(
            "SELECT id, body, properties, grouped, sequence, sent, first_received, receives, dead_from "
            "FROM queue_messages WHERE row = ?",
            candidate.row);
        if (row.step())
            received_.messages.push_back({.row = candidate.row,
                                          .id = row.text(0),
                                          .body = row.text(1),
                                          .properties = row.text(2),
                                          .group = row.text(3),
                                          .sequence = row.number(4),
                                          .sent = row.time(5),
                                          .first_received = row.time(6),
                                          .receives = row.number(7),
                                          .dead_from = row.number(8)});
    }

    Connection& db_;
    const QueueId queue_;
    const std::int64_t content_;
    const Receive& wanted_;
    std::unordered_set<std::int64_t> claimed_;
    std::unordered_set<std::string> blocked_;  // groups with a hidden message
    std::int64_t looked_up_to_ = 0;            // a sequence number
    std::int64_t looked_at_ = 0;               // so many ordered messages
    std::size_t dropped_ = 0;
    Received received_;
};

/// An old receipt of an ordered message proves nothing any more: its turn has come again, for somebody else.
Held change(Connection& db, std::int64_t content, const Visibility& wanted, TimePoint now) {
    const Receipt& receipt = wanted.receipt;
    {
        Statement row = db.query(
            "SELECT visible, receives, sequence FROM queue_messages WHERE row = ? AND id = ? "
            "AND content = ?",
            receipt.row, receipt.id, content);
        if (!row.step())
            return Held::Gone;
        const bool superseded = row.number(2) > 0 && row.number(1) != receipt.receives;
        if (superseded)
            return Held::Superseded;
        if (row.time(0) <= now)
            return Held::Visible;
    }
    db.run("UPDATE queue_messages SET visible = ? WHERE row = ?", wanted.visible, receipt.row);
    return Held::Changed;
}

/// False for a message that stays, since the receipt is not of the receive that hides it.
bool remove_message(Connection& db, std::int64_t content, const Receipt& receipt, std::optional<TimePoint> held_at) {
    if (held_at) {
        Statement row =
            db.query("SELECT visible > ? AND receives = ? FROM queue_messages WHERE row = ? AND id = ? AND content = ?",
                     *held_at, receipt.receives, receipt.row, receipt.id, content);
        if (row.step() && row.number(0) == 0)
            return false;
    }
    db.run("DELETE FROM queue_messages WHERE row = ? AND id = ? AND content = ?", receipt.row, receipt.id, content);
    return true;
}

std::vector<bool> place_all(Connection& db, const std::vector<QueueDelivery>& deliveries) {
    std::vector<bool> placed;
    std::unordered_map<QueueId, Placer> placers;
    for (const QueueDelivery& delivery : deliveries) {
        Placer& placer = placers.try_emplace(delivery.queue, db, delivery.queue).first->second;
        placed.push_back(placer.is_there());
        if (placer.is_there() && remove_delivery(db, delivery.delivery))
            (void)placer.place(delivery.message);
    }
    for (auto& [queue, placer] : placers)
        placer.finish();
    return placed;
}

}  // namespace

Task<Result<std::vector<Placed>>> Queues::append(QueueId queue, std::vector<NewMessage> messages) {
    auto job = [queue, messages = std::move(messages)](Connection& db) -> Result<std::vector<Placed>> {
        Placer placer{db, queue};
        if (!placer.is_there())
            return no_queue(queue);
        std::vector<Placed> placed;
        for (const NewMessage& message : messages)
            placed.push_back(placer.place(message));
        placer.finish();
        return placed;
    };
    return writer_.write(std::move(job));
}

Task<Result<std::vector<bool>>> Queues::deliver(std::vector<QueueDelivery> deliveries) {
    auto job = [deliveries = std::move(deliveries)](Connection& db) -> Result<std::vector<bool>> {
        auto placed = place_all(db, deliveries);
        crash_point("queue.uncommitted");
        return placed;
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Result<Received>> Queues::receive(QueueId queue, Receive wanted) {
    auto job = [queue, wanted](Connection& db) -> Result<Received> {
        const std::int64_t content = content_of(db, queue);
        if (content == 0)
            return no_queue(queue);
        return Receiver{db, queue, content, wanted}.receive();
    };
    return writer_.write(std::move(job));
}

Task<Result<std::vector<bool>>> Queues::remove_messages(QueueId queue, std::vector<Receipt> receipts,
                                                        std::optional<TimePoint> held_at) {
    auto job = [queue, receipts = std::move(receipts), held_at](Connection& db) -> Result<std::vector<bool>> {
        const std::int64_t content = content_of(db, queue);
        if (content == 0)
            return no_queue(queue);
        std::vector<bool> removed;
        for (const Receipt& receipt : receipts)
            removed.push_back(remove_message(db, content, receipt, held_at));
        return removed;
    };
    return writer_.write(std::move(job));
}

Task<Result<std::vector<Held>>> Queues::change_visibility(QueueId queue, std::vector<Visibility> changes,
                                                          TimePoint now) {
    auto job = [queue, changes = std::move(changes), now](Connection& db) -> Result<std::vector<Held>> {
        const std::int64_t content = content_of(db, queue);
        if (content == 0)
            return no_queue(queue);
        std::vector<Held> held;
        for (const Visibility& wanted : changes)
            held.push_back(change(db, content, wanted, now));
        return held;
    };
    return writer_.write(std::move(job));
}

}  // namespace rialto::storage::sqlite
