#pragma once

#include <cstdint>
#include <optional>

#include "rialto/storage/queue_store.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// Places messages in one queue, as part of the transaction that the connection is in.
class Placer {
public:
    Placer(Connection& db, QueueId queue);

    bool is_there() const { return content_ != 0; }

    Placed place(const NewMessage& message);

    /// Call last.
    void finish();

private:
    std::optional<Placed> find_original(const NewMessage& message);

    Connection& db_;
    const QueueId queue_;
    std::int64_t content_ = 0;
    std::int64_t sequence_ = 0;
    std::int64_t stored_sequence_ = 0;
};

}  // namespace rialto::storage::sqlite
