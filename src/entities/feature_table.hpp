#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rialto::entities {

/// A read-only hash table in place, from 64-bit hashes to numbers that are not 0. A bucket is a cache line of ten
/// fingerprints, ten values and a mark that a key went on to the next one, so that nearly every look-up, found or not,
/// is one cache line and one comparison. A key that is not there is taken for one that is with a chance of about
/// 1 in 10,000.
class FeatureTable {
public:
    static constexpr std::size_t kSlots = 10;
    struct Bucket {
        std::array<std::uint16_t, kSlots> fingerprints;
        std::uint32_t full;  ///< Not 0: what did not fit is in the next bucket.
        std::array<std::uint32_t, kSlots> values;
    };
    static_assert(sizeof(Bucket) == 64);

    /// Any bytes at any address will do: there is no content that a look-up reads outside of.
    explicit FeatureTable(std::string_view bytes) : bytes_{bytes}, buckets_{bytes.size() / sizeof(Bucket)} {}

    void prefetch(std::uint64_t key) const {
        if (buckets_ != 0)
            __builtin_prefetch(bucket(home(key, buckets_)));
    }

    /// 0 if the key is not there.
    std::uint32_t find(std::uint64_t key) const;

    /// The table of these pairs, whose values are not 0, as bytes. Of two keys that it cannot tell apart the first
    /// stays.
    static std::string build(const std::vector<std::pair<std::uint64_t, std::uint32_t>>& pairs);

private:
    static constexpr std::size_t kMaxProbes = 8;

    static unsigned slots_with(const char* bucket, std::uint16_t fingerprint);
    static std::uint32_t number_at(const char* bucket, std::size_t offset) {
        std::uint32_t number = 0;
        std::memcpy(&number, bucket + offset, sizeof number);
        return number;
    }
    static std::size_t home(std::uint64_t key, std::size_t buckets) { return ((key >> 32) * buckets) >> 32; }
    static std::uint16_t fingerprint_of(std::uint64_t key) { return static_cast<std::uint16_t>(key); }
    const char* bucket(std::size_t at) const { return bytes_.data() + at * sizeof(Bucket); }

    std::string_view bytes_;
    std::size_t buckets_;
};

/// A bit for each slot of the bucket with this fingerprint.
#ifdef __SSE2__
inline unsigned FeatureTable::slots_with(const char* bucket, std::uint16_t fingerprint) {
    const __m128i wanted = _mm_set1_epi16(static_cast<short>(fingerprint));
    const auto load = [bucket](std::size_t at) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bucket + at));
    };
    const __m128i first = _mm_cmpeq_epi16(wanted, load(0));  // Slots 0 to 7.
    const __m128i last = _mm_cmpeq_epi16(wanted, load(4));   // Slots 2 to 9.
    const auto both = static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(first, last)));
    return (both & 0xFF) | both >> 8 << 2;
}
#else
inline unsigned FeatureTable::slots_with(const char* bucket, std::uint16_t fingerprint) {
    Bucket copy;
    std::memcpy(&copy, bucket, sizeof copy);
    unsigned slots = 0;
    for (std::size_t slot = 0; slot < kSlots; ++slot)
        slots |= unsigned{copy.fingerprints[slot] == fingerprint} << slot;
    return slots;
}
#endif

inline std::uint32_t FeatureTable::find(std::uint64_t key) const {
    if (buckets_ == 0)
        return 0;
    std::size_t at = home(key, buckets_);
    for (std::size_t probe = 0; probe < kMaxProbes; ++probe) {
        const char* here = bucket(at);
        // A free slot has the value 0, so that it need not be told from a fingerprint of 0.
        if (const unsigned slots = slots_with(here, fingerprint_of(key)); slots != 0)
            return number_at(here, offsetof(Bucket, values) + static_cast<std::size_t>(std::countr_zero(slots)) * 4);
        if (number_at(here, offsetof(Bucket, full)) == 0)
            return 0;
        at = at + 1 == buckets_ ? 0 : at + 1;
    }
    return 0;
}

}  // namespace rialto::entities
