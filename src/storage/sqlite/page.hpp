#pragma once

#include <cstddef>
#include <type_traits>

#include "rialto/storage/page.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// A page ends with the item that exceeds it. An answer is held in memory for as long as its client takes to read it.
inline constexpr std::size_t kPageBytes = std::size_t{1} << 20U;

/// The first rows as a page: at most `limit`, of which `size` tells the bytes.
template <class Read, class Size>
auto read_page(Statement& rows, std::size_t limit, Read read, Size size) {
    Page<std::invoke_result_t<Read, Statement&>> page;
    std::size_t bytes = 0;
    while (rows.step()) {
        if (page.items.size() >= limit || bytes > kPageBytes) {
            page.more = true;
            break;
        }
        page.items.push_back(read(rows));
        bytes += size(page.items.back());
    }
    return page;
}

}  // namespace rialto::storage::sqlite
