#pragma once

#include "rialto/storage/channel_store.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

class Channels final : public ChannelStore {
public:
    /// Both must outlive it.
    Channels(Writer& writer, Readers& readers) : writer_{writer}, readers_{readers} {}

    Task<Result<std::vector<Appended>>> append(std::string channel, std::vector<ChannelEntry> entries, TimePoint now,
                                               Retention kept) override;
    Task<Result<ChannelState>> state(std::string channel) override;
    Task<Result<std::vector<ChannelEntry>>> read(std::string channel, std::int64_t after, std::size_t limit) override;

private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace rialto::storage::sqlite
