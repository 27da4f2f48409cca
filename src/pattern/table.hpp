#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "pattern/shared.hpp"

namespace rialto::pattern {

/// A hash table whose copies share what they have in common (extendible hashing: Fagin et al., 1979).
///
/// A directory of 2^bits pointers leads from a key's upper bits to its page, within which its lower bits decide. A full
/// page is split in two, so that an insertion never touches more than two pages, and a copy of the table costs its
/// directory. Keys are hashes, well mixed and never 0; two things with one key are one to the table. Reading is
/// thread-safe as long as nobody writes to this very copy.
template <class Value>
class Table {
public:
    Table() : directory_(1, Shared<Page>::make()) {}

    /// Null if there is none.
    const Value* find(std::uint64_t key) const {
        const Page& page = *directory_[place(key)];
        const std::size_t at = page.find(key);
        return page.slots[at].key == key ? &page.slots[at].value : nullptr;
    }

    /// Announces a find().
    void prefetch(std::uint64_t key) const { __builtin_prefetch(&directory_[place(key)]->slots[key % kSlots]); }

    /// The value to write to, made if there is none. Valid until the next call.
    Value& own(std::uint64_t key) {
        while (directory_[place(key)]->count == kMost && !find(key))
            split(place(key));
        Page& page = own_page(place(key));
        Slot& slot = page.slots[page.find(key)];
        page.count += slot.key == key ? 0 : 1;
        slot.key = key;
        return slot.value;
    }

    void erase(std::uint64_t key) {
        if (find(key))
            own_page(place(key)).erase(key);
    }

    template <class Visit>
    void for_each(const Visit& visit) const {
        for (std::size_t at = 0; at < directory_.size(); at += width(at))
            for (const Slot& slot : directory_[at]->slots)
                if (slot.key != 0)
                    visit(slot.value);
    }

private:
    static constexpr std::size_t kSlots = 256;
    static constexpr std::size_t kMost = kSlots * 4 / 5;

    struct Slot {
        std::uint64_t key = 0;  // 0: free
        Value value{};
    };
    struct Page : Counted {
        unsigned bits = 0;  // the upper bits that all keys in here share
        std::size_t count = 0;
        std::array<Slot, kSlots> slots{};

        /// Where `key` is, or the free slot where it would be.
        std::size_t find(std::uint64_t key) const {
            std::size_t at = key % kSlots;
            while (slots[at].key != key && slots[at].key != 0)
                at = (at + 1) % kSlots;
            return at;
        }

        /// Moves back what stands behind only because of what goes.
        void erase(std::uint64_t key) {
            std::size_t hole = find(key);
            for (std::size_t at = (hole + 1) % kSlots; slots[at].key != 0; at = (at + 1) % kSlots) {
                const std::size_t home = slots[at].key % kSlots;
                if ((at - home) % kSlots >= (at - hole) % kSlots)
                    slots[std::exchange(hole, at)] = std::move(slots[at]);
            }
            slots[hole] = {};
            --count;
        }
    };

    std::size_t place(std::uint64_t key) const { return (key >> 1) >> (63 - bits_); }

    /// How many pointers of the directory lead to the page at `place`.
    std::uint32_t width(std::size_t place) const { return std::uint32_t{1} << (bits_ - directory_[place]->bits); }

    void lead(std::size_t place, std::uint32_t width, const Shared<Page>& page) {
        std::fill_n(directory_.begin() + static_cast<std::ptrdiff_t>(place / width * width), width, page);
    }

    Page& own_page(std::size_t place) {
        const auto shares = width(place);
        if (!directory_[place].is_held_by(shares))
            lead(place, shares, Shared<Page>::make(*directory_[place]));
        return directory_[place].write();
    }

    void split(std::size_t at) {
        if (width(at) == 1) {
            double_directory();
            at *= 2;
        }
        const auto half = width(at) / 2;
        const auto full = directory_[at];
        const auto first = at / (2 * std::size_t{half}) * (2 * std::size_t{half});
        for (const std::size_t half_at : {first, first + half}) {
            auto page = Shared<Page>::make();
            page.write().bits = full->bits + 1;
            lead(half_at, half, page);
        }
        for (const Slot& slot : full->slots) {
            if (slot.key == 0)
                continue;
            Page& page = directory_[place(slot.key)].write();
            page.slots[page.find(slot.key)] = slot;
            ++page.count;
        }
    }

    void double_directory() {
        std::vector<Shared<Page>> doubled;
        doubled.reserve(2 * directory_.size());
        for (const auto& page : directory_)
            doubled.insert(doubled.end(), 2, page);
        directory_ = std::move(doubled);
        ++bits_;
    }

    std::vector<Shared<Page>> directory_;
    unsigned bits_ = 0;
};

}  // namespace rialto::pattern
