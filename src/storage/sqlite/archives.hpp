#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rialto/storage/archive_store.hpp"
#include "rialto/storage/packed_text.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

struct LoadedPacker {
    std::unique_ptr<TextPacker> packer;
    std::int64_t learned_at = 0;  ///< How many entries there had been when it learned last.
};

/// With the dictionaries that are stored. Corrupt if one of them is none.
Result<LoadedPacker> load_packer(Connection& db);

class Archives final : public ArchiveStore {
public:
    /// Both must outlive it. `packer` knows what is stored: see load_packer().
    Archives(Writer& writer, Readers& readers, LoadedPacker packer)
        : writer_{writer},
          readers_{readers},
          packer_{std::move(packer.packer)},
          next_look_{std::max(kFirstLook, 2 * packer.learned_at)} {}

    std::string pack(std::string_view json) const override { return packer_->pack(json); }
    Task<Result<bool>> learn() override;
    Task<Status> append(std::string archive, std::vector<ArchiveEntry> entries) override;
    Task<Result<std::vector<ArchiveEntry>>> read(std::string archive, TimePoint from, TimePoint to,
                                                 std::optional<ArchiveCursor> after, std::size_t limit) override;
    Task<Result<ArchiveFigures>> figures(std::string archive) override;
    Task<Result<std::vector<std::string>>> keys() override;
    Task<Result<std::size_t>> drop_before(std::string archive, TimePoint oldest) override;
    Task<Status> remove(std::string archive) override;
    Task<Status> clear() override;
    Task<Result<std::size_t>> drop_removed() override;
    Task<Result<std::optional<ArchiveCursor>>> progress(std::string replay) override;
    Task<Result<bool>> set_progress(std::string replay, ArchiveCursor reached,
                                    std::shared_ptr<const Batch> batch) override;
    Task<Status> drop_progress(std::string replay) override;

private:
    struct Look {
        std::int64_t last = 0;  ///< Entry.
        std::optional<std::string> dictionary;
    };
    Result<Look> look(Connection& db) const;

    static constexpr std::int64_t kFirstLook = 1000;  // entries

    Writer& writer_;
    Readers& readers_;
    const std::unique_ptr<TextPacker> packer_;
    std::atomic<std::int64_t> next_look_;  // once there was an entry of this number
};

}  // namespace rialto::storage::sqlite
