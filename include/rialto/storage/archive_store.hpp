#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/batch.hpp"

namespace rialto::storage {

/// A place in an archive: after the entry with these two.
struct ArchiveCursor {
    TimePoint ingested;
    std::int64_t sequence = 0;
    auto operator<=>(const ArchiveCursor&) const = default;
};

struct ArchiveEntry {
    TimePoint ingested;         ///< When the event came to its bus.
    std::int64_t sequence = 0;  ///< Orders what was ingested in the same millisecond; the id of the entry's delivery.
    std::string event_id;
    std::string envelope;  ///< The event's JSON text. It is kept compressed where that saves room.

    ArchiveCursor cursor() const { return {.ingested = ingested, .sequence = sequence}; }
};

/// What an archive holds.
struct ArchiveFigures {
    std::int64_t events = 0;
    std::int64_t bytes = 0;  ///< Of the envelopes.
    bool operator==(const ArchiveFigures&) const = default;
};

/// Archived events in the order in which they came to their bus, and how far replays of them have got. An archive is
/// known here by a key of its owner's, and is there as soon as something is appended to it.
///
/// Appending costs one place in one index, at its end: an entry is told from others by its cursor, which a delivery
/// that is repeated brings along, and not by the event's id, for which millions of entries would need a second index
/// that is written at random. Writes complete after they are on disk. Thread-safe; fails with Unavailable as PostStore
/// does.
class ArchiveStore {
public:
    virtual ~ArchiveStore() = default;

    /// The text of an event as an archive keeps it, for a Batch. See TextPacker.
    virtual std::string pack(std::string_view json) const = 0;

    /// Looks for what archived events have in common: once there were 1,000, and again once there were twice as many as
    /// at the last look, or when the last that helped was before the start. True if they are kept in less room from now
    /// on. One call at a time.
    virtual Task<Result<bool>> learn() = 0;

    /// Appends in one transaction. An entry whose cursor is in the archive already is left out.
    virtual Task<Status> append(std::string archive, std::vector<ArchiveEntry> entries) = 0;

    /// Entries ingested from `from` up to, but not at, `to`, and after `after`; oldest first, at most `limit`, at most
    /// about 1 MiB (but at least one). None of an archive that is not there.
    virtual Task<Result<std::vector<ArchiveEntry>>> read(std::string archive, TimePoint from, TimePoint to,
                                                         std::optional<ArchiveCursor> after, std::size_t limit) = 0;

    /// Costs the same however much it holds.
    virtual Task<Result<ArchiveFigures>> figures(std::string archive) = 0;

    /// Keys of all archives that are there.
    virtual Task<Result<std::vector<std::string>>> keys() = 0;

    /// Drops some of the oldest entries, ingested before `oldest`. How many: 0 once nothing more is to be dropped.
    virtual Task<Result<std::size_t>> drop_before(std::string archive, TimePoint oldest) = 0;

    /// From now on there is no such archive, however much it held: one of the same key begins empty. Idempotent.
    virtual Task<Status> remove(std::string archive) = 0;

    /// Removes every archive, and forgets how far replays have got.
    virtual Task<Status> clear() = 0;

    /// Drops some of the entries that removed archives left behind. How many: 0 once there are none.
    virtual Task<Result<std::size_t>> drop_removed() = 0;

    /// How far a replay has got; nothing if it has not begun.
    virtual Task<Result<std::optional<ArchiveCursor>>> progress(std::string replay) = 0;

    /// Moves a replay on, in one transaction with the events that it made of what is up to there. See
    /// DeliveryStore::append().
    virtual Task<Result<bool>> set_progress(std::string replay, ArchiveCursor reached,
                                            std::shared_ptr<const Batch> batch) = 0;

    /// Forgets how far it got. Idempotent.
    virtual Task<Status> drop_progress(std::string replay) = 0;
};

}  // namespace rialto::storage
