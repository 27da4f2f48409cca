#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "rialto/channels/channels.hpp"

namespace rialto::channels {

/// The newest entries of a channel, without gaps, in memory: who was away for a moment, or joins while much is
/// published, costs the store nothing.
class Recent {
public:
    using Entries = std::vector<std::shared_ptr<const Pushed>>;

    void add(std::shared_ptr<const Pushed> entry) {
        bytes_ += entry->payload.size();
        entries_.push_back(std::move(entry));
        while (entries_.size() > kEntries || (bytes_ > kBytes && entries_.size() > 1)) {
            bytes_ -= entries_.front()->payload.size();
            entries_.pop_front();
        }
    }

    /// All entries after `offset`; none if they are not all here.
    Entries after(std::int64_t offset) const {
        if (entries_.empty() || offset < entries_.front()->offset - 1 || offset >= entries_.back()->offset)
            return {};
        return {entries_.end() - (entries_.back()->offset - offset), entries_.end()};
    }

private:
    static constexpr std::size_t kEntries = 64;
    static constexpr std::size_t kBytes = 128 << 10;

    std::deque<std::shared_ptr<const Pushed>> entries_;
    std::size_t bytes_ = 0;
};

}  // namespace rialto::channels
