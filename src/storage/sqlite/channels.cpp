#include "storage/sqlite/channels.hpp"

#include <algorithm>

namespace rialto::storage::sqlite {
namespace {

using Appended = ChannelStore::Appended;

constexpr std::size_t kPayloadBytes = std::size_t{4} << 20U;

/// Entries that one append may drop beyond what it adds: enough to catch up with lowered limits, and no long pause.
constexpr std::int64_t kDroppedAtOnce = 1'000;

struct Channel {
    std::int64_t row = 0;
    ChannelState state;
};

/// A channel that has no row is empty: only append() makes one, so that asking costs no space.
Channel find_channel(Connection& db, const std::string& name) {
    Channel channel;
    Statement history = db.query("SELECT epoch FROM history");
    if (history.step())
        channel.state.epoch = history.text(0);
    Statement row = db.query("SELECT row, first, last FROM channels WHERE name = ?", name);
    if (row.step()) {
        channel.row = row.number(0);
        channel.state.first = row.number(1);
        channel.state.last = row.number(2);
    }
    return channel;
}

Channel find_or_make(Connection& db, const std::string& name) {
    Channel channel = find_channel(db, name);
    if (channel.row != 0)
        return channel;
    db.run("INSERT INTO channels(name, first, last) VALUES (?, ?, ?)", name, channel.state.first, channel.state.last);
    channel.row = db.last_row();
    return channel;
}

Appended append_to(Connection& db, Channel& channel, const ChannelEntry& entry, TimePoint now) {
    const std::int64_t known =
        db.number("SELECT offset FROM channel_entries WHERE channel = ? AND event_id = ?", channel.row, entry.event_id);
    if (known > 0)
        return {.offset = known, .fresh = false};
    const std::int64_t offset = ++channel.state.last;
    db.run("INSERT INTO channel_entries(channel, offset, event_id, payload, at) VALUES (?, ?, ?, ?, ?)", channel.row,
           offset, entry.event_id, entry.payload, now);
    return {.offset = offset, .fresh = true};
}

/// The offset of the first entry that is young enough, looking no further than `end`.
std::int64_t first_young(Connection& db, const Channel& channel, TimePoint oldest, std::int64_t from,
                         std::int64_t end) {
    Statement rows =
        db.query("SELECT at FROM channel_entries WHERE channel = ? AND offset >= ? AND offset < ? ORDER BY offset",
                 channel.row, from, end);
    while (rows.step() && rows.time(0) < oldest)
        ++from;  // offsets have no gap
    return from;
}

/// The offset of the first entry that may stay.
std::int64_t first_kept(Connection& db, const Channel& channel, TimePoint now, Retention kept, std::size_t added) {
    const ChannelState& state = channel.state;
    const std::int64_t bound = state.first + kDroppedAtOnce + static_cast<std::int64_t>(added);
    const std::int64_t end = std::min(state.last + 1, bound);
    const auto entries = static_cast<std::int64_t>(kept.entries);
    const std::int64_t by_number = std::clamp(state.last + 1 - entries, state.first, end);
    return first_young(db, channel, now - kept.age, by_number, end);
}

void trim(Connection& db, Channel& channel, std::int64_t first) {
    if (first > channel.state.first)
        db.run("DELETE FROM channel_entries WHERE channel = ? AND offset < ?", channel.row, first);
    channel.state.first = first;
    db.run("UPDATE channels SET first = ?, last = ? WHERE row = ?", first, channel.state.last, channel.row);
}

std::vector<ChannelEntry> find_entries(Connection& db, const std::string& channel, std::int64_t after,
                                       std::size_t limit) {
    std::vector<ChannelEntry> entries;
    std::size_t bytes = 0;
    Statement rows = db.query(
        "SELECT offset, event_id, payload FROM channel_entries "
        "WHERE channel = (SELECT row FROM channels WHERE name = ?) AND offset > ? ORDER BY offset LIMIT ?",
        channel, after, limit);
    while (bytes < kPayloadBytes && rows.step()) {
        entries.push_back({.offset = rows.number(0), .event_id = rows.text(1), .payload = rows.text(2)});
        bytes += entries.back().payload.size();
    }
    return entries;
}

}  // namespace

Task<Result<std::vector<Appended>>> Channels::append(std::string channel, std::vector<ChannelEntry> entries,
                                                     TimePoint now, Retention kept) {
    auto job = [name = std::move(channel), entries = std::move(entries), now,
                kept](Connection& db) -> Result<std::vector<Appended>> {
        Channel channel = find_or_make(db, name);
        std::vector<Appended> appended;
        for (const ChannelEntry& entry : entries)
            appended.push_back(append_to(db, channel, entry, now));
        trim(db, channel, first_kept(db, channel, now, kept, entries.size()));
        return appended;
    };
    return writer_.write(std::move(job), Writer::Turn::Patient);
}

Task<Result<ChannelState>> Channels::state(std::string channel) {
    auto job = [channel = std::move(channel)](Connection& db) -> Result<ChannelState> {
        return find_channel(db, channel).state;
    };
    return readers_.read(std::move(job));
}

Task<Result<std::vector<ChannelEntry>>> Channels::read(std::string channel, std::int64_t after, std::size_t limit) {
    auto job = [channel = std::move(channel), after, limit](Connection& db) -> Result<std::vector<ChannelEntry>> {
        return find_entries(db, channel, after, limit);
    };
    return readers_.read(std::move(job));
}

}  // namespace rialto::storage::sqlite
