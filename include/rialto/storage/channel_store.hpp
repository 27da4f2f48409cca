#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/retention.hpp"

namespace rialto::storage {

struct ChannelEntry {
    std::int64_t offset = 0;  ///< Given by the store: ascending by one within the channel, from 1.
    std::string event_id;
    std::string payload;
};

struct ChannelState {
    std::string epoch;       ///< Changes when the history starts anew; offsets of another epoch mean nothing.
    std::int64_t first = 1;  ///< Offset of the oldest entry kept; last + 1 if there is none.
    std::int64_t last = 0;   ///< 0 if nothing was ever appended.
};

/// The bounded history of each channel. Appends complete after they are on disk. Thread-safe; fails with Unavailable as
/// PostStore does.
class ChannelStore {
public:
    virtual ~ChannelStore() = default;

    /// Appends in order and drops what is beyond the bounds. An entry whose event id is in the history already keeps
    /// its old offset: the result has, for each entry, its offset and whether it is new.
    struct Appended {
        std::int64_t offset = 0;
        bool fresh = true;
    };
    virtual Task<Result<std::vector<Appended>>> append(std::string channel, std::vector<ChannelEntry> entries,
                                                       TimePoint now, Retention kept) = 0;

    /// Of a channel that nothing was appended to, too: it is empty.
    virtual Task<Result<ChannelState>> state(std::string channel) = 0;

    /// Entries after `after`, oldest first; at most `limit`, at most about 4 MiB (but at least one).
    virtual Task<Result<std::vector<ChannelEntry>>> read(std::string channel, std::int64_t after,
                                                         std::size_t limit) = 0;
};

}  // namespace rialto::storage
