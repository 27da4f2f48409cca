#pragma once

#include <cstdint>
#include <vector>

#include "rialto/base/clock.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// Rows that one transaction drops, so that no other write waits long for it.
inline constexpr std::int64_t kTrimmedAtOnce = 100;

/// Of `rows` (key, time, size), oldest first, the keys of those that may go: `excess` of them are too many, others are
/// older than `oldest`, and the first ones may go until `excess_bytes` of their sizes went. Ends before the first that
/// stays, and when large rows are enough for one transaction.
std::vector<std::int64_t> keys_beyond(Statement&& rows, std::int64_t excess, TimePoint oldest,
                                      std::int64_t excess_bytes = 0);

}  // namespace rialto::storage::sqlite
