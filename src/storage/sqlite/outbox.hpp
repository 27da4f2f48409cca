#pragma once

#include <cstdint>

#include "rialto/storage/outbox.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// When an ordered delivery is due that waits for the one before it: never.
inline constexpr TimePoint kBlocked{Duration{std::int64_t{1} << 60}};

/// Writes the events and what they owe, as part of the transaction that `db` is in.
void append(Connection& db, const Outbox& outbox);

}  // namespace rialto::storage::sqlite
