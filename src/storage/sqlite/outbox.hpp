#pragma once

#include <cstdint>

#include "rialto/storage/batch.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// When an ordered delivery is due that waits for the one before it: never.
inline constexpr TimePoint kBlocked{Duration{std::int64_t{1} << 60}};

/// Writes the events and what they owe, as part of the transaction that `db` is in.
void append(Connection& db, const Outbox& outbox);

/// The same, with what goes straight into queues and archives. Whether all queues were there: what did not find its own
/// is owed.
bool append(Connection& db, const Batch& batch);

}  // namespace rialto::storage::sqlite
