#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "pattern/shared.hpp"

namespace rialto::pattern {

/// A vector whose copies share what they have in common, in pages: a change costs one page, and only the first time
/// after a copy. Reading is thread-safe as long as nobody writes to this very copy.
template <class T>
class SharedVector {
public:
    std::size_t size() const { return size_; }
    const T& operator[](std::size_t i) const { return pages_[i / kPage]->items[i % kPage]; }

    /// The item to write to.
    T& own(std::size_t i) { return pages_[i / kPage].own().items[i % kPage]; }

    void push_back(T item) {
        if (size_ == pages_.size() * kPage)
            pages_.push_back(Shared<Page>::make());
        own(size_++) = std::move(item);
    }

private:
    static constexpr std::size_t kPage = 32;
    struct Page : Counted {
        std::array<T, kPage> items{};
    };

    std::vector<Shared<Page>> pages_;
    std::size_t size_ = 0;
};

}  // namespace rialto::pattern
