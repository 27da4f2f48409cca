#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
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

/// The nodes below one node by their step: a hash table that is at most half full. Node has a member `step`.
template <class Node>
class Children {
public:
    const Node* find(const StepName& name) const {
        if (slots_.empty())
            return nullptr;
        const Slot& slot = slots_[place_of(name)];
        return slot.node.get();
    }

    bool empty() const { return count_ == 0; }

    /// The pointer to write to; the node must be there.
    Shared<Node>& own(const StepName& name) { return slots_[place_of(name)].node; }

    void add(const StepName& name, Shared<Node> node) {
        if (2 * (count_ + 1) > slots_.size())
            grow();
        slots_[place_of(name)] = {name.head, name.text.size(), std::move(node)};
        ++count_;
    }

    void remove(const StepName& name) {
        auto rest = std::move(slots_);
        const Node* gone = rest[place_of(name, rest)].node.get();
        slots_ = std::vector<Slot>(rest.size());
        for (Slot& slot : rest)
            if (slot.node && slot.node.get() != gone)
                slots_[place_of(StepName{slot.node->step})] = std::move(slot);
        --count_;
    }

    template <class Visit>
    void for_each(const Visit& visit) const {
        for (const Slot& slot : slots_)
            if (slot.node)
                visit(*slot.node);
    }

private:
    struct Slot {
        std::uint64_t head = 0;
        std::size_t size = 0;
        Shared<Node> node;

        bool is(const StepName& name) const {
            return head == name.head && size == name.text.size() &&
                   (size <= sizeof head || std::memcmp(node->step.data(), name.text.data(), size) == 0);
        }
    };

    static std::size_t place_of(const StepName& name, const std::vector<Slot>& slots) {
        std::size_t at = mix(name.head, name.text.size()) & (slots.size() - 1);
        while (slots[at].node && !slots[at].is(name))
            at = (at + 1) & (slots.size() - 1);
        return at;
    }
    std::size_t place_of(const StepName& name) const { return place_of(name, slots_); }

    void grow() {
        auto rest = std::move(slots_);
        slots_ = std::vector<Slot>(std::max<std::size_t>(4, 2 * rest.size()));
        for (Slot& slot : rest)
            if (slot.node)
                slots_[place_of(StepName{slot.node->step})] = std::move(slot);
    }

    std::vector<Slot> slots_;  // a power of two of them, or none
    std::size_t count_ = 0;
};

}  // namespace rialto::pattern
