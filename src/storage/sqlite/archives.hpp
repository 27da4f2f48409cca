#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "rialto/async/worker_pool.hpp"
#include "rialto/storage/archive_store.hpp"
#include "rialto/storage/packed_text.hpp"
#include "storage/sqlite/dictionaries.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

class Archives final : public ArchiveStore {
public:
    /// Both must outlive it. `packer` knows what is stored: see load_packer().
    Archives(Writer& writer, Readers& readers, LoadedPacker packer)
        : writer_{writer}, readers_{readers}, packer_{std::move(packer.packer)}, looked_at_{packer.learned_at} {}

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
    Task<Status> keep_dictionary(std::string dictionary, std::int64_t at);

    Writer& writer_;
    Readers& readers_;
    const std::unique_ptr<TextPacker> packer_;
    std::int64_t looked_at_ = 0;  // the newest entry's number at the last look; touched by learn() only
    WorkerPool learning_{{.name = "archive-learner", .niceness = 10}};  // so that no read waits for it
};

}  // namespace rialto::storage::sqlite
