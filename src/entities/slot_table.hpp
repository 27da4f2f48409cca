#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "entities/hash.hpp"

namespace rialto::entities {

static_assert(std::endian::native == std::endian::little, "the model file is little-endian and is read in place");

/// Reads a number from bytes of any alignment.
template <class T>
T load(std::string_view bytes, std::size_t index) {
    T value;
    std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
    return value;
}

/// A read-only hash table in place: a slot is `value` in its low bits and a fingerprint of the key in the others, 0 if
/// it is free. Slots lie in buckets of a cache line, which a look-up compares all at once; what finds its bucket full
/// is in the next one. Keys are 64-bit hashes; a key that is not in the table is taken for one that is with a chance of
/// about 16 in 2^(fingerprint bits).
template <class Slot, int kValueBits>
class SlotTable {
public:
    static constexpr std::size_t kBucketSlots = 64 / sizeof(Slot);
    static constexpr std::size_t kMaxProbes = 16;
    static constexpr Slot kValueMask = (Slot{1} << kValueBits) - 1;

    /// Any bytes will do: there is no content that a look-up reads outside of.
    explicit SlotTable(std::string_view bytes) : bytes_{bytes}, buckets_{bytes.size() / sizeof(Bucket)} {}

    /// 0 if the key is not there.
    Slot find(std::uint64_t key) const {
        if (buckets_ == 0)
            return 0;
        const Slot fingerprint = fingerprint_of(key);
        std::size_t at = home(key, buckets_);
        for (std::size_t probe = 0; probe < kMaxProbes; ++probe) {
            const auto bucket = load<Bucket>(bytes_, at);
            Slot found = 0;  // At most one slot fits, since a table is built so.
            Slot free = 0;
            for (const Slot slot : bucket) {
                found |= (slot & ~kValueMask) == fingerprint ? slot & kValueMask : Slot{0};
                free |= slot == 0 ? Slot{1} : Slot{0};
            }
            if (found != 0 || free != 0)
                return found;
            at = at + 1 == buckets_ ? 0 : at + 1;
        }
        return 0;
    }

    void prefetch(std::uint64_t key) const {
        if (buckets_ != 0)
            __builtin_prefetch(bytes_.data() + home(key, buckets_) * sizeof(Bucket));
    }

    /// The table of these pairs, whose values are not 0. Of two keys with one fingerprint in one place the first stays.
    static std::vector<Slot> build(const std::vector<std::pair<std::uint64_t, Slot>>& pairs) {
        constexpr double kLoad = 0.85;
        auto size = static_cast<std::size_t>(static_cast<double>(pairs.size()) / kLoad / kBucketSlots) + 1;
        for (;; size += size / 32 + 1)
            if (std::optional<std::vector<Slot>> slots = try_build(pairs, size))
                return *std::move(slots);
    }

private:
    using Bucket = std::array<Slot, kBucketSlots>;

    static std::size_t home(std::uint64_t key, std::size_t buckets) { return ((key >> 32) * buckets) >> 32; }
    static Slot fingerprint_of(std::uint64_t key) { return static_cast<Slot>(key << kValueBits); }

    static std::optional<std::vector<Slot>> try_build(const std::vector<std::pair<std::uint64_t, Slot>>& pairs,
                                                      std::size_t buckets) {
        std::vector<Slot> slots(buckets * kBucketSlots);
        for (const auto& [key, value] : pairs)
            if (!insert(slots, buckets, key, value))
                return std::nullopt;
        return slots;
    }

    static bool insert(std::vector<Slot>& slots, std::size_t buckets, std::uint64_t key, Slot value) {
        std::size_t at = home(key, buckets) * kBucketSlots;
        for (std::size_t probe = 0; probe < kMaxProbes * kBucketSlots; ++probe) {
            if (slots[at] == 0) {
                slots[at] = fingerprint_of(key) | value;
                return true;
            }
            if ((slots[at] & ~kValueMask) == fingerprint_of(key))
                return true;
            at = at + 1 == slots.size() ? 0 : at + 1;
        }
        return false;
    }

    std::string_view bytes_;
    std::size_t buckets_;
};

}  // namespace rialto::entities
