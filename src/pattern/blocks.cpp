#include "pattern/blocks.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
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
    return {.quotes = quotes, .opens = raw.opens & ~strings, .closes = raw.closes & ~strings};
}

/// So far ahead bytes are fetched from memory: for most events, that is what lies behind them, which is the next event
/// where many came together.
constexpr std::size_t kAhead = 1024;

/// Classifies whole blocks. The last one is the end of the last 64 bytes or, of a shorter text, filled up with spaces.
template <class RawOf, class PrefixXor>
[[gnu::always_inline]] inline bool classify_all(std::string_view text, Block* blocks, RawOf raw_of,
                                                PrefixXor prefix_xor) {
    State state;
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left >= 64; left -= 64, at += 64) {
        __builtin_prefetch(at + kAhead);
        *blocks++ = resolve(raw_of(at), state, prefix_xor);
    }
    if (left > 0 && text.size() >= 64) {
        Raw raw = raw_of(at + left - 64);
        for (auto* bits : {&raw.backslashes, &raw.quotes, &raw.opens, &raw.closes})
            *bits >>= 64 - left;
        *blocks = resolve(raw, state, prefix_xor);
    } else if (left > 0) {
        char last[64];
        std::memset(last, ' ', sizeof last);
        std::memcpy(last, at, left);
        *blocks = resolve(raw_of(last), state, prefix_xor);
    }
    return state.backslashes != 0;
}

/// For Kernel::closing. A block in which fewer brackets close than are open is passed by counting them. In another one
/// the number-th close is the one if as many as `number` were open before it; if more were, it is a later one.
template <class NthBit>
[[gnu::always_inline]] inline std::size_t closing_after(const Block* blocks, std::size_t size, std::size_t from,
                                                        NthBit nth_bit) {
    const auto count = [](std::uint64_t bits) { return static_cast<std::size_t>(std::popcount(bits)); };
    std::size_t block = from / 64;
    std::uint64_t seen = ~std::uint64_t{0} << (from % 64);
    for (std::size_t depth = 1; block * 64 <= size; ++block, seen = ~std::uint64_t{0}) {
        const std::uint64_t opens = blocks[block].opens & seen;
        const std::uint64_t closes = blocks[block].closes & seen;
        const auto close_count = count(closes);
        for (auto number = depth; number <= close_count;) {
            const std::uint64_t bit = nth_bit(closes, number);
            const auto opened = depth + count(opens & (bit - 1));
            if (opened == number)
                return block * 64 + static_cast<std::size_t>(std::countr_zero(bit));
            number = opened;
        }
        depth += count(opens) - close_count;
    }
    return block * 64;
}

/// Writes `place` plus the number of each bit, eight at a time as most blocks have fewer, and gives the end of them.
[[gnu::always_inline]] inline std::uint32_t* write_one_by_one(std::uint64_t bits, std::uint32_t place,
                                                              std::uint32_t* out) {
    std::uint32_t* const end = out + std::popcount(bits);
    do {
        for (int i = 0; i < 8; ++i, bits &= bits - 1)
            *out++ = place + static_cast<std::uint32_t>(std::countr_zero(bits));
    } while (bits != 0);
    return end;
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
    }
    return raw;
}

bool classify_by_words(std::string_view text, Block* blocks) {
    return classify_all(text, blocks, raw_by_words, prefix_xor_by_shifts);
}

std::uint32_t* write_by_words(std::uint64_t bits, std::uint32_t place, std::uint32_t* out) {
    return write_one_by_one(bits, place, out);
}

std::size_t closing_by_words(const Block* blocks, std::size_t size, std::size_t from) {
    return closing_after(blocks, size, from, [](std::uint64_t bits, std::size_t number) {
        while (--number > 0)
            bits &= bits - 1;
        return bits & -bits;
    });
}

// --- x86-64
// -----------------------------------------------------------------------------------------------------------

#ifdef __x86_64__

#define RIALTO_AVX2 __attribute__((target("avx2,pclmul,popcnt,bmi,bmi2")))
#define RIALTO_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,pclmul,popcnt,bmi")))

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
            .closes = equal_avx2(folded_low, folded_high, '}')};
}

RIALTO_AVX2 bool classify_avx2(std::string_view text, Block* blocks) {
    return classify_all(
        text, blocks, [](const char* block) RIALTO_AVX2 { return raw_avx2(block); },
        [](std::uint64_t bits) RIALTO_AVX2 { return prefix_xor_by_product(bits); });
}

RIALTO_AVX2 std::uint32_t* write_avx2(std::uint64_t bits, std::uint32_t place, std::uint32_t* out) {
    return write_one_by_one(bits, place, out);
}

RIALTO_AVX2 std::size_t closing_avx2(const Block* blocks, std::size_t size, std::size_t from) {
    return closing_after(blocks, size, from, [](std::uint64_t bits, std::size_t number) RIALTO_AVX2 {
        return _pdep_u64(std::uint64_t{1} << (number - 1), bits);
    });
}

[[gnu::always_inline]] RIALTO_AVX512 inline Raw raw_avx512(const char* block) {
    const __m512i bytes = _mm512_loadu_si512(block);
    const __m512i folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    return {.backslashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\')),
            .quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
            .opens = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('{')),
            .closes = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}'))};
}

/// The numbers of the bits packed together, then made wide, sixteen at a time: two times in any case, as hardly any
/// block has more and many have nearly so many.
RIALTO_AVX512 std::uint32_t* write_avx512(std::uint64_t bits, std::uint32_t place, std::uint32_t* out) {
    alignas(64) static constexpr auto kNumbers = [] {
        std::array<std::uint8_t, 64> numbers{};
        std::iota(numbers.begin(), numbers.end(), std::uint8_t{0});
        return numbers;
    }();
    __m512i packed = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kNumbers.data()));
    const __m512i first = _mm512_set1_epi32(static_cast<int>(place));
    std::uint32_t* const end = out + std::popcount(bits);
    do {
        const __m256i both = _mm512_castsi512_si256(packed);
        _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm256_castsi256_si128(both)), first));
        _mm512_storeu_si512(out + 16, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm256_extracti128_si256(both, 1)), first));
        packed = _mm512_alignr_epi64(packed, packed, 4);
        out += 32;
    } while (out < end);
    return end;
}

RIALTO_AVX512 bool classify_avx512(std::string_view text, Block* blocks) {
    return classify_all(
        text, blocks, [](const char* block) RIALTO_AVX512 { return raw_avx512(block); },
        [](std::uint64_t bits) RIALTO_AVX512 {
            const __m128i product =
                _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
            return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
        });
}

#endif

}  // namespace

const std::vector<Blocks::Kernel>& Blocks::kernels() {
    static const auto all = [] {
        std::vector<Kernel> kernels;
#ifdef __x86_64__
        if (__builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi") &&
            __builtin_cpu_supports("bmi2")) {
            if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2"))
                kernels.push_back({"avx512", classify_avx512, write_avx512, closing_avx2});
            if (__builtin_cpu_supports("avx2"))
                kernels.push_back({"avx2", classify_avx2, write_avx2, closing_avx2});
        }
#endif
        kernels.push_back({"words", classify_by_words, write_by_words, closing_by_words});
        return kernels;
    }();
    return all;
}

void Blocks::classify(std::string_view text) {
    static const Kernel& best = kernels().front();
    classify(text, best);
}

void Blocks::classify(std::string_view text, const Kernel& kernel) {
    kernel_ = &kernel;
    size_ = text.size();
    const std::size_t count = (size_ + 63) / 64;
    if (blocks_.size() < count + 2) {
        blocks_.resize(std::bit_ceil(count + 2));
        quotes_.resize(64 * (blocks_.size() + 1));
    }
    has_escapes_ = kernel.classify(text, blocks_.data());
    blocks_[count] = blocks_[count + 1] = {.quotes = 0, .opens = 0, .closes = kAll};
    next_block_ = 0;
    listed_ = 0;
}

/// Lists at least `count` quotes.
void Blocks::list(std::size_t count) {
    // More than is asked for, so that this is seldom.
    while (listed_ < count + kSpare && next_block_ * 64 < size_)
        list_block(kAll);
    if (listed_ >= count)
        return;
    if (quotes_.size() < count)
        quotes_.resize(std::bit_ceil(count));
    std::fill(quotes_.begin() + static_cast<std::ptrdiff_t>(listed_),
              quotes_.begin() + static_cast<std::ptrdiff_t>(count), static_cast<std::uint32_t>(size_));
    listed_ = count;
}

/// Of the next block those that are `wanted`.
void Blocks::list_block(std::uint64_t wanted) {
    const auto quotes = blocks_[next_block_].quotes & wanted;
    auto* const begin = quotes_.data() + listed_;
    listed_ += static_cast<std::size_t>(
        kernel_->write_places(quotes, static_cast<std::uint32_t>(64 * next_block_), begin) - begin);
    ++next_block_;
}

}  // namespace rialto::pattern
