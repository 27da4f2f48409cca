#include "entities/feature_table.hpp"

#include <bit>
#include <cstring>
#include <optional>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rialto::entities {
namespace {

using Bucket = FeatureTable::Bucket;

/// A bit for each slot of the bucket with this fingerprint.
#ifdef __SSE2__
unsigned slots_with(const char* bucket, std::uint16_t fingerprint) {
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
unsigned slots_with(const char* bucket, std::uint16_t fingerprint) {
    Bucket copy;
    std::memcpy(&copy, bucket, sizeof copy);
    unsigned slots = 0;
    for (std::size_t slot = 0; slot < FeatureTable::kSlots; ++slot)
        slots |= unsigned{copy.fingerprints[slot] == fingerprint} << slot;
    return slots;
}
#endif

std::uint32_t number_at(const char* bucket, std::size_t offset) {
    std::uint32_t number = 0;
    std::memcpy(&number, bucket + offset, sizeof number);
    return number;
}

/// False if the bucket is full.
bool insert(Bucket& bucket, std::uint16_t fingerprint, std::uint32_t value) {
    for (std::size_t slot = 0; slot < FeatureTable::kSlots; ++slot) {
        if (bucket.values[slot] == 0) {
            bucket.fingerprints[slot] = fingerprint;
            bucket.values[slot] = value;
            return true;
        }
        if (bucket.fingerprints[slot] == fingerprint)
            return true;
    }
    bucket.full = 1;
    return false;
}

}  // namespace

std::uint32_t FeatureTable::find(std::uint64_t key) const {
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

std::string FeatureTable::build(const std::vector<std::pair<std::uint64_t, std::uint32_t>>& pairs) {
    constexpr double kLoad = 0.7;  // One bucket in ten is full then.
    auto size = static_cast<std::size_t>(static_cast<double>(pairs.size()) / kLoad / kSlots) + 1;
    const auto insert_all = [&pairs](std::vector<Bucket>& buckets) {
        for (const auto& [key, value] : pairs) {
            std::size_t at = home(key, buckets.size());
            std::size_t probe = 0;
            while (probe < kMaxProbes && !insert(buckets[at], fingerprint_of(key), value)) {
                at = at + 1 == buckets.size() ? 0 : at + 1;
                ++probe;
            }
            if (probe == kMaxProbes)
                return false;
        }
        return true;
    };
    for (;; size += size / 32 + 1)
        if (std::vector<Bucket> buckets(size); insert_all(buckets))
            return {reinterpret_cast<const char*>(buckets.data()), size * sizeof(Bucket)};
}

}  // namespace rialto::entities
