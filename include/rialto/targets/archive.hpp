#pragma once

#include <cstddef>
#include <vector>

#include "rialto/delivery/target.hpp"
#include "rialto/storage/archive_store.hpp"

namespace rialto::targets {

/// Appends events, as they stand on their bus, to the archive of their ARN; delivered once they are on disk. A replayed
/// event is not archived again. Thread-safe.
class Archive final : public delivery::Target {
public:
    /// `store` must outlive this.
    explicit Archive(storage::ArchiveStore& store) : store_{store} {}

    Task<std::vector<delivery::Outcome>> deliver_all(const std::vector<delivery::Attempt>& attempts) override;
    delivery::Together together() const override { return {.attempts = 256}; }

private:
    storage::ArchiveStore& store_;
};

}  // namespace rialto::targets
