#pragma once

#include <filesystem>

#include "rialto/base/result.hpp"

namespace rialto::storage::sqlite {

/// The data directory, locked against other processes for as long as this lives.
class Directory {
public:
    /// Makes it if missing. Unavailable, with what to do, if it cannot be written or another process holds it.
    static Result<Directory> open(const std::filesystem::path& path);

    ~Directory();
    Directory(Directory&& other) noexcept;
    Directory& operator=(Directory&&) = delete;

    std::filesystem::path database() const { return path_ / "rialto.db"; }

private:
    Directory(std::filesystem::path path, int lock);

    std::filesystem::path path_;
    int lock_;  // descriptor of the lock file; -1 once moved from
};

}  // namespace rialto::storage::sqlite
