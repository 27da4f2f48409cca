#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rialto/delivery/target.hpp"
#include "rialto/storage/archive_store.hpp"

namespace rialto::targets {

/// Appends the event, as it stands on its bus, to the archive of its ARN; delivered once it is on disk. What arrives
/// for an archive while it is being written to is written next, as one. A replayed event is not archived again.
class Archive final : public delivery::Target {
public:
    /// `store` must outlive this.
    explicit Archive(storage::ArchiveStore& store);
    ~Archive() override;

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    struct Batch;
    struct Desk;

    struct Place;

    Task<Status> append(std::string arn, storage::ArchiveEntry entry);
    Place join(const std::string& arn, storage::ArchiveEntry entry);
    Task<> write_when_free(std::string arn, Place place);
    bool take(Place& place, std::vector<storage::ArchiveEntry>& into);
    void settle(const std::string& arn, Place& place, Status outcome);
    std::optional<Status> outcome_of(const Place& place);

    storage::ArchiveStore& store_;
    std::mutex mutex_;                                    // guards the desks and all that is in them
    std::map<std::string, std::shared_ptr<Desk>> desks_;  // by archive; only of those with something to write
};

}  // namespace rialto::targets
