#include "storage/sqlite/trim.hpp"

namespace rialto::storage::sqlite {

std::vector<std::int64_t> keys_beyond(Statement&& rows, std::int64_t excess, TimePoint oldest) {
    std::vector<std::int64_t> keys;
    while (rows.step() && (excess > 0 || rows.time(1) < oldest)) {
        keys.push_back(rows.number(0));
        --excess;
    }
    return keys;
}

}  // namespace rialto::storage::sqlite
