#pragma once

#include "rialto/storage/outbox.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// Writes the events and what they owe, as part of the transaction that `db` is in.
void append(Connection& db, const Outbox& outbox);

}  // namespace rialto::storage::sqlite
