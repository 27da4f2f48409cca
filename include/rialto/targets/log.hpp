#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "rialto/async/worker_pool.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/delivery/target.hpp"

namespace rialto::targets {

/// Appends events to `<directory>/<name>.ndjson`, one line each: `{"timestamp":ms,"message":...}`, on disk when it is
/// delivered. A file that has reached 64 MiB becomes `<name>.ndjson.1`, in place of the one before. File work runs on a
/// thread of its own.
class Log final : public delivery::SingleTarget {
public:
    Log(std::filesystem::path directory, const Clock& clock)
        : directory_{std::move(directory)},
          clock_{clock},
          thread_{{.name = "log-target", .threads = 1, .queue = 4096, .niceness = 0}} {}

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    Status append(const std::string& name, const std::string& line) const;

    const std::filesystem::path directory_;
    const Clock& clock_;
    WorkerPool thread_;  // one thread, so that lines never mix
};

}  // namespace rialto::targets
