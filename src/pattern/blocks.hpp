#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rialto::pattern {

/// What the 64 bytes of a block are to JSON, a bit a byte, the lowest for the first.
struct Block {
    std::uint64_t quotes;         ///< Quotes at either end of a string.
    std::uint64_t opens;          ///< { and [ outside strings.
    std::uint64_t closes;         ///< } and ] outside strings.
    std::uint64_t ends;           ///< Commas and closes: what can come right after a value.
    std::uint32_t quotes_before;  ///< In all blocks before this one.
    std::uint16_t open_count;
    std::uint16_t close_count;
};

/// Classifies a text 64 bytes at a time, with the widest instructions that the machine has (AVX-512, AVX2, or plain
/// words), so that whatever no rule names is skipped by counting bits. Its memory is used again for the next text.
class Blocks {
public:
    /// Any bytes. Nothing is found behind the end of a text: searches then give a place at or behind its end.
    void classify(std::string_view text);

    bool has_escapes() const { return has_escapes_; }

    /// The place of a quote; the text's size for the four numbers after the last. Reading names and strings by the
    /// numbers of their quotes, a processor need not wait for one place to look for the next.
    std::size_t quote(std::size_t number) const { return quotes_[number]; }

    /// How many quotes there are before `at`: the number of the first at or behind it.
    std::size_t quotes_before(std::size_t at) const {
        const Block& block = blocks_[at / 64];
        return block.quotes_before + static_cast<std::size_t>(std::popcount(block.quotes & ~(kAll << (at % 64))));
    }

    /// The first end of a value at `at` or behind it.
    std::size_t next_end(std::size_t at) const;

    /// The place of the bracket that closes the one at `open`.
    std::size_t closing(std::size_t open) const;

    /// A way of classifying that this machine can run. For tests.
    struct Kernel {
        std::string_view name;
        /// Gives the end of the quotes that it wrote; up to 16 entries behind that are scratched.
        std::uint32_t* (*classify)(std::string_view text, Block* blocks, std::uint32_t* quotes, bool& has_escapes);
    };
    static std::vector<Kernel> kernels();
    void classify(std::string_view text, const Kernel& kernel);

private:
    static constexpr auto kAll = ~std::uint64_t{0};

    /// The bits of the 64 bytes from `at` on, so that what is near is found without a branch on where a block ends.
    template <std::uint64_t Block::* bits>
    std::uint64_t window(std::size_t at) const {
        const Block* block = &blocks_[at / 64];
        const auto shift = at % 64;
        return block[0].*bits >> shift | block[1].*bits << 1 << (63 - shift);
    }

    std::vector<std::uint32_t> quotes_;  // and four more, which are the text's size
    std::vector<Block> blocks_;          // two more than the text has, all of them ends: where every search stops
    std::size_t size_ = 0;               // of the text
    bool has_escapes_ = false;
};

inline std::size_t Blocks::next_end(std::size_t at) const {
    if (const auto near = window<&Block::ends>(at)) [[likely]]
        return at + static_cast<std::size_t>(std::countr_zero(near));
    std::size_t number = at / 64 + 1;
    while (blocks_[number].ends == 0)
        ++number;
    return number * 64 + static_cast<std::size_t>(std::countr_zero(blocks_[number].ends));
}

}  // namespace rialto::pattern
