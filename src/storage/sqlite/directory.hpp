#pragma once

#include <filesystem>
#include <string_view>

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

    /// Has nobody open the database any more, for that reason, until the mark, `rialto.damaged`, is removed.
    Status mark(std::string_view reason) const;
    Status unmark() const;

    /// What was moved or made in it is on disk after it.
    Status sync() const;

private:
    Directory(std::filesystem::path path, int lock);

    std::filesystem::path path_;
    int lock_;  // descriptor of the lock file; -1 once moved from
};

/// Corrupt, with the reason, if the database in a data directory was marked as one that nobody is to use.
Status unmarked(const std::filesystem::path& directory);

/// As root, gives a file to whom its directory belongs: he is who runs the server.
Status give_to_owner(const std::filesystem::path& file);

/// What was written to the file is on disk after it, if there is such a file.
Status sync_if_there(const std::filesystem::path& file);

}  // namespace rialto::storage::sqlite
