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

    /// A file that says that the database was found damaged, and why: nobody opens it before that is removed.
    std::filesystem::path damage_mark() const { return path_ / "rialto.damaged"; }

private:
    Directory(std::filesystem::path path, int lock);

    std::filesystem::path path_;
    int lock_;  // descriptor of the lock file; -1 once moved from
};

/// What was written to the file is on disk after it, if there is such a file.
Status sync_if_there(const std::filesystem::path& file);

}  // namespace rialto::storage::sqlite
