#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "pattern/event.hpp"
#include "pattern/verifier.hpp"

namespace rialto::pattern {

using Slot = std::uint32_t;

/// Finds the few alternatives that an event may match, whatever their number.
///
/// An alternative is filed under the values that one of its conditions lists, if it has a condition that lists exact
/// values only; else under a path that must have a leaf; else it is always a candidate. Of several such conditions the
/// one is taken under whose values the fewest others are filed. Two keys with one hash only cost a verification.
class Index {
public:
    using Keys = std::vector<std::uint64_t>;

    /// The keys under which the alternative was filed; give them back to remove().
    Keys add(Slot slot, const std::vector<PlacedCondition>& conditions);
    void remove(Slot slot, const Keys& keys);

    /// Appends the candidates of `event`; a slot may come several times.
    void find(const Event& event, std::vector<Slot>& slots) const;

private:
    void probe(std::uint64_t key, std::vector<Slot>& slots) const;
    std::size_t crowd(const Keys& keys) const;
    Keys choose(const std::vector<PlacedCondition>& conditions) const;

    std::unordered_map<std::uint64_t, std::vector<Slot>> filed_;
};

}  // namespace rialto::pattern
