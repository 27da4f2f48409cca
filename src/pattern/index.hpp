#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pattern/cluster.hpp"
#include "pattern/entry.hpp"
#include "pattern/event.hpp"
#include "pattern/paths.hpp"
#include "pattern/table.hpp"

namespace rialto::pattern {

/// Finds the few entries that an event may match, whatever their number.
///
/// An entry is filed under the exact values that it wants at up to four paths (its schema's dimensions), taken together
/// as one key; where it names no exact values, under the presence of a path. Where a key's cluster has become large, an
/// entry is filed apart from it, under that key and one more token: a prefix, a block of numbers, ... of another
/// condition. An event looks up one key for each schema of which it has all paths, and, if that leads to a cluster with
/// branches, one for each of their features. So its cost follows from how rules are built, not from how many there are.
/// What is found is verified; two keys with one hash only cost a verification. Copies share what they have in common.
class Index {
public:
    /// Memory of find(), to be used again.
    struct Work {
        std::array<std::vector<std::uint64_t>, Schema::kMost> tokens;
        std::vector<std::uint64_t> branch_tokens;
        std::vector<std::pair<std::uint64_t, const Cluster::Branch*>> apart;
        std::vector<const Entry*> found;
        bool may_repeat = false;
        std::size_t look_ups_left = 0;
    };

    /// Where to file an entry of such conditions; takes a share in the schema, which unfile() gives back.
    Entry::Place place(std::span<const Placed> conditions, Paths& paths) const;

    void file(const Entry& entry);
    void unfile(const Entry& entry, Paths& paths);

    /// Puts the candidates of `event` into `work.found`. False if that takes more than `look_ups`, as where the event
    /// names several values at several paths: then every entry is a candidate.
    bool find(const Event& event, const Paths& paths, std::size_t look_ups, Work& work) const;

private:
    bool has_many_branches(std::span<const std::uint64_t> keys, PathId path) const;

    bool look_up(const Schema& schema, const Event& event, Work& work) const;
    bool look_up_combinations(const Schema& schema, const Event& event, Work& work) const;
    void visit(std::uint64_t key, const Event& event, Work& work) const;
    void visit_branch(std::uint64_t key, const Cluster& cluster, const Cluster::Branch& branch, const Event& event,
                      const Event::Place& place, Work& work) const;
    void visit_apart(std::uint64_t key, const Cluster& cluster, const Cluster::Branch& branch, Work& work) const;

    Table<Cluster> clusters_;
};

}  // namespace rialto::pattern
