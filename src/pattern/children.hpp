#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "pattern/hash.hpp"
#include "pattern/shared.hpp"

namespace rialto::pattern {

/// A step's name, ready to be compared: its first eight bytes as a number, and its size.
struct StepName {
    std::uint64_t head;
    std::string_view text;

    /// `readable` bytes may be read from the name's begin on; an event has more behind almost every name.
    StepName(std::string_view name, std::size_t readable) : head{0}, text{name} {
        if (readable >= sizeof head) [[likely]]
            std::memcpy(&head, name.data(), sizeof head);
        else
            std::memcpy(&head, name.data(), readable);
        head &= kMasks[std::min<std::size_t>(name.size(), 8)];
    }
    explicit StepName(std::string_view name) : StepName{name, name.size()} {}

private:
    static constexpr std::array<std::uint64_t, 9> kMasks = [] {
        std::array<std::uint64_t, 9> masks{};
        for (std::size_t size = 0; size <= 8; ++size) {
            std::array<unsigned char, 8> bytes{};
            for (std::size_t i = 0; i < size; ++i)
                bytes[i] = 0xff;
            masks[size] = std::bit_cast<std::uint64_t>(bytes);
        }
        return masks;
    }();
};

/// A bit for a name's length; the last for all from 63 on.
inline std::uint64_t length_bit(std::size_t length) { return std::uint64_t{1} << std::min<std::size_t>(length, 63); }

/// Nodes by their step: a hash table that is at most half full. Node has a member `step`.
template <class Node>
class NamedNodes {
public:
    std::size_t size() const { return count_; }

    const Node* find(const StepName& name, std::uint64_t hash) const {
        return count_ == 0 ? nullptr : slots_[place_of(name, hash)].node.get();
    }

    /// The pointer to write to; the node must be there.
    Shared<Node>& own(const StepName& name, std::uint64_t hash) { return slots_[place_of(name, hash)].node; }

    void add(const StepName& name, std::uint64_t hash, Shared<Node> node) {
        if (2 * (count_ + 1) > slots_.size())
            grow();
        slots_[place_of(name, hash)] = {name.head, tail_of(name.text), name.text.size(), std::move(node)};
        ++count_;
    }

    /// Moves back what stands behind only because of what goes.
    void remove(const StepName& name, std::uint64_t hash) {
        const std::size_t mask = slots_.size() - 1;
        std::size_t hole = place_of(name, hash);
        for (std::size_t at = (hole + 1) & mask; slots_[at].node; at = (at + 1) & mask) {
            const std::size_t home = hash_of(StepName{slots_[at].node->step}) & mask;
            if (((at - home) & mask) >= ((at - hole) & mask))
                slots_[std::exchange(hole, at)] = std::move(slots_[at]);
        }
        slots_[hole] = {};
        --count_;
    }

    template <class Visit>
    void for_each(const Visit& visit) const {
        for (const Slot& slot : slots_)
            if (slot.node)
                visit(slot.node);
    }

    static std::uint64_t hash_of(const StepName& name) {
        if (name.text.size() > 2 * sizeof name.head) [[unlikely]]
            return hash(name.text);
        return mix(name.head ^ kHashSeed, tail_of(name.text) ^ (name.text.size() << 56));
    }

private:
    /// Begin and end of the name stand in the slot: that is all of most names.
    struct Slot {
        std::uint64_t head = 0;
        std::uint64_t tail = 0;
        std::size_t size = 0;
        Shared<Node> node;

        bool is(const StepName& name) const {
            if (head != name.head || size != name.text.size())
                return false;
            if (size <= sizeof head)
                return true;
            return tail == tail_of(name.text) &&
                   (size <= sizeof head + sizeof tail || std::memcmp(node->step.data(), name.text.data(), size) == 0);
        }
    };

    /// The last eight bytes of a name that has more.
    static std::uint64_t tail_of(std::string_view name) {
        std::uint64_t tail = 0;
        if (name.size() > sizeof tail)
            std::memcpy(&tail, name.data() + name.size() - sizeof tail, sizeof tail);
        return tail;
    }

    std::size_t place_of(const StepName& name, std::uint64_t hash) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = hash & mask;
        while (slots_[at].node && !slots_[at].is(name))
            at = (at + 1) & mask;
        return at;
    }

    void grow() {
        auto rest = std::move(slots_);
        slots_ = std::vector<Slot>(std::max<std::size_t>(4, 2 * rest.size()));
        for (Slot& slot : rest) {
            if (!slot.node)
                continue;
            const StepName name{slot.node->step};
            slots_[place_of(name, hash_of(name))] = std::move(slot);
        }
    }

    std::vector<Slot> slots_;  // a power of two of them, or none
    std::size_t count_ = 0;
};

/// The nodes below one node by their step. Where they are very many, copies share them in parts, so that a change of
/// one costs a part.
template <class Node>
class Children {
public:
    const Node* find(const StepName& name) const {
        const auto hash = Nodes::hash_of(name);
        return parts_.empty() ? few_.find(name, hash) : parts_[part_of(hash)]->find(name, hash);
    }

    /// False if no child's name is so long, which spares most names of an event the search.
    bool may_have(std::size_t length) const { return (lengths_ & length_bit(length)) != 0; }

    bool empty() const { return count_ == 0; }

    /// The pointer to write to; the node must be there.
    Shared<Node>& own(const StepName& name) {
        const auto hash = Nodes::hash_of(name);
        return own_nodes(hash).own(name, hash);
    }

    void add(const StepName& name, Shared<Node> node) {
        if (parts_.empty() && few_.size() == kFew)
            divide();
        const auto hash = Nodes::hash_of(name);
        own_nodes(hash).add(name, hash, std::move(node));
        lengths_ |= length_bit(name.text.size());
        ++count_;
    }

    void remove(const StepName& name) {
        const auto hash = Nodes::hash_of(name);
        own_nodes(hash).remove(name, hash);
        --count_;
    }

private:
    using Nodes = NamedNodes<Node>;
    struct Part : Counted, Nodes {};

    static constexpr std::size_t kFew = 512;
    static constexpr unsigned kPartBits = 8;

    static std::size_t part_of(std::uint64_t hash) { return hash >> (64 - kPartBits); }

    Nodes& own_nodes(std::uint64_t hash) {
        if (parts_.empty())
            return few_;
        return parts_[part_of(hash)].own();
    }

    void divide() {
        for (std::size_t i = 0; i < std::size_t{1} << kPartBits; ++i)
            parts_.push_back(Shared<Part>::make());
        std::exchange(few_, {}).for_each([this](const Shared<Node>& node) {
            const StepName name{node->step};
            const auto hash = Nodes::hash_of(name);
            own_nodes(hash).add(name, hash, node);
        });
    }

    Nodes few_;  // all of them, unless there are parts
    std::vector<Shared<Part>> parts_;
    std::size_t count_ = 0;
    std::uint64_t lengths_ = 0;  // a bit for the length of each child's name, of those that are gone too
};

}  // namespace rialto::pattern
