#include "storage/sqlite/trim.hpp"

namespace rialto::storage::sqlite {
namespace {

/// A page that is freed may have to be overwritten (Debian's SQLite does so): megabytes take as long as many rows.
constexpr std::int64_t kSizeAtOnce = 1 << 20;

}  // namespace

std::vector<std::int64_t> keys_beyond(Statement&& rows, std::int64_t excess, TimePoint oldest,
                                      std::int64_t excess_bytes) {
    std::vector<std::int64_t> keys;
    std::int64_t size = 0;
    while (size < kSizeAtOnce && rows.step() && (excess > 0 || size < excess_bytes || rows.time(1) < oldest)) {
        keys.push_back(rows.number(0));
        size += rows.number(2);
        --excess;
    }
    return keys;
}

}  // namespace rialto::storage::sqlite
