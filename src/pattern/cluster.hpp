#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pattern/entry.hpp"
#include "pattern/shared.hpp"

namespace rialto::pattern {

/// Entries filed under one key: some as they are, some apart from these under one more token each. Nearly every cluster
/// has just one entry.
class Cluster {
public:
    /// A feature of a path by whose tokens entries are set apart.
    struct Branch {
        PathId path = 0;
        Feature feature;
        std::uint32_t users = 0;  ///< Keys in this cluster and outside of it.
        std::uint32_t outside = 0;
        std::uint64_t zones = 0;  ///< In which its tokens are, such that are gone too.

        bool may_have(Zone zone) const { return (zones >> zone & 1) != 0; }
    };

    /// So many entries are kept apart in the cluster itself, where an event finds them without another miss of the
    /// cache; what is beyond goes outside, so that a change never copies much.
    static constexpr std::size_t kMostApart = 1024;

    void add(const Entry& entry);
    void add_apart(const Entry& entry, const Filed& filed);
    void remove(const Entry& entry);
    void remove_apart(const Entry& entry, const Filed& filed);

    bool empty() const { return !one_ && !crowd_; }

    /// The entries that are not set apart.
    std::span<const Entry* const> entries() const {
        if (crowd_)
            return crowd_->entries;
        return {&one_, one_ ? std::size_t{1} : std::size_t{0}};
    }
    std::span<const Branch> branches() const {
        return crowd_ ? std::span<const Branch>{crowd_->branches} : std::span<const Branch>{};
    }
    std::size_t apart() const { return crowd_ ? crowd_->apart : 0; }

    /// The paths of its branches. Linear in their number.
    std::size_t branching_paths() const;
    bool is_branching(PathId path) const;

    /// Appends those set apart in here under `key`. Call only if there are branches.
    void find_apart(std::uint64_t key, std::vector<const Entry*>& found) const {
        const auto& slots = crowd_->slots;
        if (slots.empty())
            return;
        const std::size_t mask = slots.size() - 1;
        for (std::size_t at = key & mask; slots[at].entry; at = (at + 1) & mask)
            if (slots[at].key == key)
                found.push_back(slots[at].entry);
    }

    /// Announces a find_apart(): it is on its way from memory meanwhile.
    void prefetch(std::uint64_t key) const {
        const auto& slots = crowd_->slots;
        if (!slots.empty())
            __builtin_prefetch(slots.data() + (key & (slots.size() - 1)));
    }

private:
    struct Slot {
        std::uint64_t key = 0;
        const Entry* entry = nullptr;
    };
    struct Crowd : Counted {
        std::vector<const Entry*> entries;
        std::vector<Branch> branches;  // by path
        std::vector<Slot> slots;       // a hash table: a power of two of them, at most half full
        std::size_t apart = 0;         // how full

        void insert(const Slot& slot);
        void resize(std::size_t slots);
        void erase(const Slot& slot);
    };

    Crowd& own_crowd();
    void drop_empty_crowd();

    const Entry* one_ = nullptr;
    Shared<Crowd> crowd_;
};

}  // namespace rialto::pattern
