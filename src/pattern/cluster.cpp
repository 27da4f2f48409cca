#include "pattern/cluster.hpp"

#include <algorithm>
#include <utility>

namespace rialto::pattern {

Cluster::Crowd& Cluster::own_crowd() {
    if (!crowd_) {
        crowd_ = Shared<Crowd>::make();
        if (one_)
            crowd_.write().entries.push_back(std::exchange(one_, nullptr));
    }
    return crowd_.own();
}

void Cluster::drop_empty_crowd() {
    if (crowd_->entries.empty() && crowd_->branches.empty())
        crowd_ = {};
}

void Cluster::add(const Entry& entry) {
    if (empty())
        one_ = &entry;
    else
        own_crowd().entries.push_back(&entry);
}

void Cluster::remove(const Entry& entry) {
    if (std::exchange(one_, nullptr))
        return;
    auto& entries = own_crowd().entries;
    *std::ranges::find(entries, &entry) = entries.back();
    entries.pop_back();
    drop_empty_crowd();
}

void Cluster::add_apart(const Entry& entry, const Filed& filed) {
    Crowd& crowd = own_crowd();
    auto branch = std::ranges::find_if(crowd.branches, [&](const Branch& known) {
        return known.path == filed.path && known.feature == filed.feature;
    });
    if (branch == crowd.branches.end())
        branch = crowd.branches.insert(std::ranges::upper_bound(crowd.branches, filed.path, {}, &Branch::path),
                                       {.path = filed.path, .feature = filed.feature});
    ++branch->users;
    branch->zones |= zones_of(filed.feature, filed.zone);
    if (filed.is_outside)
        ++branch->outside;
    else
        crowd.insert({filed.apart, &entry});
}

void Cluster::remove_apart(const Entry& entry, const Filed& filed) {
    Crowd& crowd = own_crowd();
    const auto branch = std::ranges::find_if(crowd.branches, [&](const Branch& known) {
        return known.path == filed.path && known.feature == filed.feature;
    });
    if (filed.is_outside)
        --branch->outside;
    else
        crowd.erase({filed.apart, &entry});
    if (--branch->users == 0)
        crowd.branches.erase(branch);
    drop_empty_crowd();
}

std::size_t Cluster::branching_paths() const {
    std::size_t count = 0;
    const auto all = branches();
    for (std::size_t i = 0; i < all.size(); ++i)
        count += i == 0 || all[i].path != all[i - 1].path ? 1 : 0;
    return count;
}

bool Cluster::is_branching(PathId path) const {
    return std::ranges::binary_search(branches(), path, {}, &Branch::path);
}

void Cluster::Crowd::insert(const Slot& slot) {
    if (2 * (apart + 1) > slots.size())
        resize(std::max<std::size_t>(8, 2 * slots.size()));
    std::size_t at = slot.key & (slots.size() - 1);
    while (slots[at].entry)
        at = (at + 1) & (slots.size() - 1);
    slots[at] = slot;
    ++apart;
}

void Cluster::Crowd::resize(std::size_t size) {
    const auto rest = std::exchange(slots, std::vector<Slot>(size));
    apart = 0;
    for (const Slot& slot : rest)
        if (slot.entry)
            insert(slot);
}

/// Moves back what stands behind only because of what goes.
void Cluster::Crowd::erase(const Slot& gone) {
    const std::size_t mask = slots.size() - 1;
    std::size_t hole = gone.key & mask;
    while (slots[hole].entry != gone.entry || slots[hole].key != gone.key)
        hole = (hole + 1) & mask;
    for (std::size_t at = (hole + 1) & mask; slots[at].entry; at = (at + 1) & mask) {
        const std::size_t home = slots[at].key & mask;
        if (((at - home) & mask) >= ((at - hole) & mask))
            slots[std::exchange(hole, at)] = slots[at];
    }
    slots[hole] = {};
    --apart;
}

}  // namespace rialto::pattern
