#include "pattern/blocks.hpp"

#include <cstring>
#include <utility>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace rialto::pattern {
namespace {

/// What the bytes of one block are, strings or not.
struct Raw {
    std::uint64_t backslashes;
    std::uint64_t quotes;
    std::uint64_t opens;
    std::uint64_t closes;
    std::uint64_t commas;
};

/// What a block has to know of those before it.
struct State {
    std::uint64_t escaped = 0;    // 1: the first byte is escaped
    std::uint64_t in_string = 0;  // all ones: the block begins inside a string
    std::uint64_t backslashes = 0;
};

/// The bytes that a backslash escapes; a run of backslashes escapes each other.
/// (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019.)
inline std::uint64_t escaped_bytes(std::uint64_t backslashes, std::uint64_t& carry) {
    if (backslashes == 0)
        return std::exchange(carry, 0);
    constexpr std::uint64_t kEven = 0x5555555555555555U;
    backslashes &= ~carry;
    const std::uint64_t follows = backslashes << 1 | carry;
    const std::uint64_t odd_starts = backslashes & ~kEven & ~follows;
    std::uint64_t even_runs = 0;
    carry = __builtin_add_overflow(odd_starts, backslashes, &even_runs) ? 1 : 0;
    return (kEven ^ (even_runs << 1)) & follows;
}

template <class PrefixXor>
[[gnu::always_inline]] inline Block resolve(const Raw& raw, State& state, PrefixXor prefix_xor) {
    state.backslashes |= raw.backslashes;
    const std::uint64_t quotes = raw.quotes & ~escaped_bytes(raw.backslashes, state.escaped);
    const std::uint64_t strings = prefix_xor(quotes) ^ state.in_string;
    state.in_string = static_cast<std::uint64_t>(static_cast<std::int64_t>(strings) >> 63);
    return {.quotes = quotes,
            .opens = raw.opens & ~strings,
            .closes = raw.closes & ~strings,
            .ends = (raw.closes | raw.commas) & ~strings};
}

/// Runs `raw_of` over whole blocks; the last one is filled up with spaces.
template <class RawOf, class PrefixXor>
[[gnu::always_inline]] inline bool classify_all(std::string_view text, Block* blocks, RawOf raw_of,
                                                PrefixXor prefix_xor) {
    State state;
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= 64; left -= 64, at += 64)
        *blocks++ = resolve(raw_of(at), state, prefix_xor);
    if (left > 0) {
        char last[64];
        std::memset(last, ' ', sizeof last);
        std::memcpy(last, at, left);
        *blocks = resolve(raw_of(last), state, prefix_xor);
    }
    return state.backslashes != 0;
}

// --- plain words
// ------------------------------------------------------------------------------------------------------

std::uint64_t prefix_xor_by_shifts(std::uint64_t bits) {
    for (const unsigned shift : {1U, 2U, 4U, 8U, 16U, 32U})
        bits ^= bits << shift;
    return bits;
}

/// A bit for each of eight bytes that equals `c`.
std::uint64_t equal_bytes(std::uint64_t bytes, unsigned char c) {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    constexpr std::uint64_t kSevens = 0x7f7f7f7f7f7f7f7fU;
    const std::uint64_t difference = bytes ^ (kOnes * c);
    const std::uint64_t zeros = ~(((difference & kSevens) + kSevens) | difference | kSevens);  // 0x80 where equal
    return (zeros >> 7) * 0x0102040810204080U >> 56;
}

std::uint64_t little_endian(std::uint64_t bytes) {
    return std::endian::native == std::endian::little ? bytes : __builtin_bswap64(bytes);
}

Raw raw_by_words(const char* block) {
    Raw raw{};
    for (unsigned i = 0; i < 64; i += 8) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, block + i, 8);
        bytes = little_endian(bytes);
        const std::uint64_t folded = bytes | 0x2020202020202020U;  // { and [ differ by this bit only, } and ] too
        raw.backslashes |= equal_bytes(bytes, '\\') << i;
        raw.quotes |= equal_bytes(bytes, '"') << i;
        raw.opens |= equal_bytes(folded, '{') << i;
        raw.closes |= equal_bytes(folded, '}') << i;
        raw.commas |= equal_bytes(bytes, ',') << i;
    }
    return raw;
}

void classify_by_words(std::string_view text, Block* blocks, bool& has_escapes) {
    has_escapes = classify_all(text, blocks, raw_by_words, prefix_xor_by_shifts);
}

// --- x86-64
// -----------------------------------------------------------------------------------------------------------

#ifdef __x86_64__

#define RIALTO_AVX2 __attribute__((target("avx2,pclmul")))
#define RIALTO_AVX512 __attribute__((target("avx512f,avx512bw,pclmul")))

/// A carry-less product with all ones is the exclusive or of all lower bits.
[[gnu::always_inline]] RIALTO_AVX2 inline std::uint64_t prefix_xor_by_product(std::uint64_t bits) {
    const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

[[gnu::always_inline]] RIALTO_AVX2 inline std::uint64_t equal_avx2(__m256i low, __m256i high, char c) {
    const __m256i wanted = _mm256_set1_epi8(c);
    const auto low_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
    const auto high_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
    return low_bits | std::uint64_t{high_bits} << 32;
}

[[gnu::always_inline]] RIALTO_AVX2 inline Raw raw_avx2(const char* block) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + 32));
    const __m256i bit = _mm256_set1_epi8(0x20);
    const __m256i folded_low = _mm256_or_si256(low, bit);
    const __m256i folded_high = _mm256_or_si256(high, bit);
    return {.backslashes = equal_avx2(low, high, '\\'),
            .quotes = equal_avx2(low, high, '"'),
            .opens = equal_avx2(folded_low, folded_high, '{'),
            .closes = equal_avx2(folded_low, folded_high, '}'),
            .commas = equal_avx2(low, high, ',')};
}

RIALTO_AVX2 void classify_avx2(std::string_view text, Block* blocks, bool& has_escapes) {
    has_escapes = classify_all(
        text, blocks, [](const char* block) RIALTO_AVX2 { return raw_avx2(block); },
        [](std::uint64_t bits) RIALTO_AVX2 { return prefix_xor_by_product(bits); });
}

[[gnu::always_inline]] RIALTO_AVX512 inline Raw raw_avx512(const char* block) {
    const __m512i bytes = _mm512_loadu_si512(block);
    const __m512i folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    return {.backslashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')),
            .quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
            .opens = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('{')),
            .closes = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}')),
            .commas = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(','))};
}

RIALTO_AVX512 void classify_avx512(std::string_view text, Block* blocks, bool& has_escapes) {
    has_escapes = classify_all(
        text, blocks, [](const char* block) RIALTO_AVX512 { return raw_avx512(block); },
        [](std::uint64_t bits) RIALTO_AVX512 {
            const __m128i product =
                _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
            return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
        });
}

#endif

}  // namespace

std::vector<Blocks::Kernel> Blocks::kernels() {
    std::vector<Kernel> kernels;
#ifdef __x86_64__
    if (__builtin_cpu_supports("pclmul")) {
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"))
            kernels.push_back({"avx512", classify_avx512});
        if (__builtin_cpu_supports("avx2"))
            kernels.push_back({"avx2", classify_avx2});
    }
#endif
    kernels.push_back({"words", classify_by_words});
    return kernels;
}

void Blocks::classify(std::string_view text) {
    static const Kernel best = kernels().front();
    classify(text, best);
}

void Blocks::classify(std::string_view text, const Kernel& kernel) {
    const std::size_t count = (text.size() + 63) / 64;
    if (blocks_.size() <= count)
        blocks_.resize(std::bit_ceil(count + 1));
    kernel.classify(text, blocks_.data(), has_escapes_);
    constexpr auto kAll = ~std::uint64_t{0};
    blocks_[count] = {.quotes = kAll, .opens = 0, .closes = kAll, .ends = kAll};
    size_ = text.size();
}

std::size_t Blocks::closing(std::size_t open) const {
    std::size_t number = (open + 1) / 64;
    const std::uint64_t rest = ~std::uint64_t{0} << ((open + 1) % 64);
    std::uint64_t opens = blocks_[number].opens & rest;
    std::uint64_t closes = blocks_[number].closes & rest;
    for (std::size_t depth = 1;;) {
        const auto count = static_cast<std::size_t>(std::popcount(closes));
        if (count >= depth) {
            // The close may be in this block: the first that leaves nothing open.
            std::size_t closed = 0;
            for (auto left = closes; left != 0; left &= left - 1) {
                const auto before = (left & -left) - 1;
                if (depth + static_cast<std::size_t>(std::popcount(opens & before)) == ++closed)
                    return number * 64 + static_cast<std::size_t>(std::countr_zero(left));
            }
        }
        depth += static_cast<std::size_t>(std::popcount(opens)) - count;
        if (++number * 64 >= size_ + 64)
            return number * 64;
        opens = blocks_[number].opens;
        closes = blocks_[number].closes;
    }
}

}  // namespace rialto::pattern
