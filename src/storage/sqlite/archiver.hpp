#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rialto/storage/archive_store.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// Appends to one archive, as part of the transaction that the connection is in. An archive that is not there is made.
class Archiver {
public:
    Archiver(Connection& db, const std::string& archive);

    /// Nothing, if there is an entry at that place already.
    /// `packed`: see TextPacker; of a text of `size` bytes.
    void append(ArchiveCursor place, const std::string& event_id, std::string_view packed, std::size_t size);

    /// Call last.
    void finish();

private:
    Connection& db_;
    std::int64_t archive_ = 0;
    std::int64_t events_ = 0;
    std::int64_t bytes_ = 0;
};

/// What an archive holds changes by so much.
void add_figures(Connection& db, std::int64_t archive, std::int64_t events, std::int64_t bytes);

}  // namespace rialto::storage::sqlite
