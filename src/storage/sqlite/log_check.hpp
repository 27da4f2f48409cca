#pragma once

#include <filesystem>

#include "rialto/base/result.hpp"

namespace rialto::storage::sqlite {

/// Whether the log of writes that a crash left beside the database is whole. Corrupt if a part of it is damaged of
/// which it can be told that it was on disk once. Afterwards all of it is on disk.
///
/// SQLite takes the first frame that is not whole for the end of the log: right for the last transaction, which a crash
/// may have torn and which nobody was told of, but what is damaged before that would go in silence, and all that was
/// acknowledged after it too. A transaction begins only when the one before it is on disk. So if behind the frame there
/// is the end of a transaction that another one follows, the frame was whole once.
///
/// Reads the log once. The layout is that of https://www.sqlite.org/fileformat2.html, section 4, with pages of 4 KiB
/// and sums of little-endian words, which is what is written here. Nobody else may write meanwhile.
Status check_log(const std::filesystem::path& database);

}  // namespace rialto::storage::sqlite
