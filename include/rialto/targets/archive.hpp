#pragma once

#include <map>
#include <memory>
#include <mutex>
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
    struct Desk;

    std::shared_ptr<Desk> desk_of(const std::string& arn);
    Task<std::vector<Status>> write(std::string arn, std::vector<storage::ArchiveEntry> entries);

    storage::ArchiveStore& store_;
    std::mutex mutex_;                                  // guards what follows
    std::map<std::string, std::weak_ptr<Desk>> desks_;  // by archive; each lives while there is something to write
};

}  // namespace rialto::targets
