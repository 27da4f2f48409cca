#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entities/slot_table.hpp"

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

    static std::size_t home(std::uint64_t key, std::size_t buckets) { return ((key >> 32) * buckets) >> 32; }
    static std::uint16_t fingerprint_of(std::uint64_t key) { return static_cast<std::uint16_t>(key); }
    const char* bucket(std::size_t at) const { return bytes_.data() + at * sizeof(Bucket); }

    std::string_view bytes_;
    std::size_t buckets_;
};

}  // namespace rialto::entities
