#include "entities/feature_table.hpp"

namespace rialto::entities {
namespace {

using Bucket = FeatureTable::Bucket;

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
