#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rialto::pattern {

/// What the 64 bytes of a block are to JSON, a bit a byte, the lowest for the first.
struct Block {
    std::uint64_t quotes;  ///< Quotes at either end of a string.
    std::uint64_t opens;   ///< { and [ outside strings.
    std::uint64_t closes;  ///< } and ] outside strings.
};

/// Classifies a text 64 bytes at a time, with the widest instructions that the machine has (AVX-512, AVX2, or plain
/// words), so that whatever no rule names is skipped by counting bits. Its memory is used again for the next text.
class Blocks {
public:
    /// Any bytes. Nothing is found behind the end of a text: searches then give a place at or behind its end.
    void classify(std::string_view text);

    bool has_escapes() const { return has_escapes_; }

    /// Makes four quotes ready for quote(), from `number` on. Quotes are numbered from where reading begins, or last
    /// went on behind a jump, and listed as reading comes to them. Reading names and strings by the numbers of their
    /// quotes, a processor need not wait for one place to look for the next.
    void provide(std::size_t number) {
        if (number + 4 > listed_) [[unlikely]]
            list(number + 4);
    }

    /// The place of a quote; the text's size for those after the last.
    std::size_t quote(std::size_t number) const { return quotes_[number]; }

    /// Makes 0 the number of the first quote at `at` or behind it.
    void jump(std::size_t at) {
        next_block_ = at / 64;
        listed_ = 0;
        list_block(kAll << (at % 64));
    }

    /// Whether a bracket closes, or may, between the two.
    bool closes_between(std::size_t begin, std::size_t end) const {
        return end - begin >= 64 || window<&Block::closes>(begin) << (64 - (end - begin)) != 0;
    }

    /// The place of the bracket that closes the one at `open`.
    std::size_t closing(std::size_t open) const {
        // Most containers are short and hold no other.
        const auto near_closes = window<&Block::closes>(open + 1);
        if (near_closes != 0 && (window<&Block::opens>(open + 1) & (near_closes ^ (near_closes - 1))) == 0)
            return open + 1 + static_cast<std::size_t>(std::countr_zero(near_closes));
        return kernel_->closing(blocks_.data(), size_, open + 1);
    }

    /// A way of classifying that this machine can run. For tests.
    struct Kernel {
        std::string_view name;
        /// True if there are backslashes.
        bool (*classify)(std::string_view text, Block* blocks);
        /// Writes `place` plus the number of each bit, and gives the end of them; up to 64 entries are scratched.
        std::uint32_t* (*write_places)(std::uint64_t bits, std::uint32_t place, std::uint32_t* out);
        /// The place of the bracket that closes what is open before `from`.
        std::size_t (*closing)(const Block* blocks, std::size_t size, std::size_t from);
    };
    static const std::vector<Kernel>& kernels();
    void classify(std::string_view text, const Kernel& kernel);

private:
    static constexpr auto kAll = ~std::uint64_t{0};
    static constexpr std::size_t kSpare = 12;

    /// The bits of the 64 bytes from `at` on, so that what is near is found without a branch on where a block ends.
    template <std::uint64_t Block::* bits>
    std::uint64_t window(std::size_t at) const {
        const Block* block = &blocks_[at / 64];
        const auto shift = at % 64;
        return block[0].*bits >> shift | block[1].*bits << 1 << (63 - shift);
    }

    void list(std::size_t count);
    void list_block(std::uint64_t wanted);

    const Kernel* kernel_ = nullptr;
    std::vector<Block> blocks_;  // two more than the text has, in which everything closes: where every search stops
    std::size_t size_ = 0;       // of the text
    bool has_escapes_ = false;
    std::vector<std::uint32_t> quotes_;
    std::size_t listed_ = 0;      // quotes by number so far
    std::size_t next_block_ = 0;  // whose quotes are not listed
};

}  // namespace rialto::pattern
