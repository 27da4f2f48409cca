#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"

namespace rialto::storage {

/// What to do about a database that is damaged: the end of a message that names it.
inline constexpr std::string_view kRestoreIt =
    "restore it from a backup by `rialto restore`, see Restore in docs/operations.md";

/// Copies the database in `directory` to `file` as it is at one moment, while a server may use it: that goes on reading
/// and writing. The copy is complete and on disk when this returns; before that it has another name, so that `file` is
/// never half of one.
///
/// NotFound: there is no database. AlreadyExists: `file` is there. Corrupt: the database was found damaged.
/// Unavailable: it cannot be read or written. Blocks.
Status backup(const std::filesystem::path& directory, const std::filesystem::path& file);

/// Puts a copy of `file`, a backup, in the place of the database in `directory`, which may be empty. What was there is
/// kept beside it as `rialto.db.before`, with its log, or `rialto.db.before.1` and so on. A crash in between leaves a
/// directory that no server starts in, until this was done again.
///
/// NotFound: `file` is not there. InvalidArgument: it is the database. Corrupt: it is damaged, or no database of
/// Rialto. Unavailable: a server uses the directory, or it cannot be written. Blocks.
Status restore(const std::filesystem::path& directory, const std::filesystem::path& file);

/// Looks through the whole database, a server's or a backup: every page, index and row. What is wrong with it, one line
/// each, at most 100; nothing if all is well. Reads only; takes as long as reading the file. NotFound, Unavailable: it
/// cannot be read. Corrupt: it is no database of Rialto. Blocks.
Result<std::vector<std::string>> verify(const std::filesystem::path& file);

/// The database's file in a data directory.
std::filesystem::path database_in(const std::filesystem::path& directory);

}  // namespace rialto::storage
