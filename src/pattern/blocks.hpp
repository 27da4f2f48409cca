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
    std::uint64_t ends;    ///< Commas and closes: what can come right after a value.
};

/// Classifies a text 64 bytes at a time, with the widest instructions that the machine has (AVX-512, AVX2, or plain
/// words), so that whatever no rule names is skipped by counting bits. Its memory is used again for the next text.
class Blocks {
public:
    /// Any bytes. Nothing is found behind the end of a text: searches then give a place at or behind its end.
    void classify(std::string_view text);

    bool has_escapes() const { return has_escapes_; }

    /// The first quote, or end of a value, at `at` or behind it.
    std::size_t next_quote(std::size_t at) const { return next<&Block::quotes>(at); }
    std::size_t next_end(std::size_t at) const { return next<&Block::ends>(at); }

    /// The place of the bracket that closes the one at `open`.
    std::size_t closing(std::size_t open) const;

    /// A way of classifying that this machine can run. For tests.
    struct Kernel {
        std::string_view name;
        void (*classify)(std::string_view text, Block* blocks, bool& has_escapes);
    };
    static std::vector<Kernel> kernels();
    void classify(std::string_view text, const Kernel& kernel);

private:
    template <std::uint64_t Block::* bits>
    std::size_t next(std::size_t at) const {
        std::size_t number = at / 64;
        if (const auto rest = blocks_[number].*bits >> (at % 64))
            return at + static_cast<std::size_t>(std::countr_zero(rest));
        while (blocks_[++number].*bits == 0) {
        }
        return number * 64 + static_cast<std::size_t>(std::countr_zero(blocks_[number].*bits));
    }

    std::vector<Block> blocks_;  // one more than the text has, all of it ends: where every search stops
    std::size_t size_ = 0;       // of the text
    bool has_escapes_ = false;
};

}  // namespace rialto::pattern
