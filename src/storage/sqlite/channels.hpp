#pragma once

#include "rialto/base/id.hpp"
#include "rialto/storage/channel_store.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

class Channels final : public ChannelStore {
public:
    /// All must outlive it. `random` makes the epochs.
    Channels(Writer& writer, Readers& readers, Random& random) : writer_{writer}, readers_{readers}, random_{random} {}

    Task<Result<std::vector<Appended>>> append(std::string channel, std::vector<ChannelEntry> entries, TimePoint now,
                                               HistoryLimits limits) override;
    Task<Result<ChannelState>> state(std::string channel) override;
    Task<Result<std::vector<ChannelEntry>>> read(std::string channel, std::int64_t after, std::size_t limit) override;

private:
    Writer& writer_;
    Readers& readers_;
    Random& random_;
};

}  // namespace rialto::storage::sqlite
