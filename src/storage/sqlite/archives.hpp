#pragma once

#include "rialto/storage/archive_store.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

class Archives final : public ArchiveStore {
public:
    /// Both must outlive it.
    Archives(Writer& writer, Readers& readers) : writer_{writer}, readers_{readers} {}

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
    Writer& writer_;
    Readers& readers_;
};

}  // namespace rialto::storage::sqlite
