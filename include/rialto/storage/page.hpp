#pragma once

#include <vector>

namespace rialto::storage {

/// Some items of a list: as many as were asked for, or fewer if they are large, but at least one if there is any.
template <class Item>
struct Page {
    std::vector<Item> items;
    bool more = false;  ///< Others follow behind the last.
};

}  // namespace rialto::storage
