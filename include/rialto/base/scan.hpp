#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rialto {

/// How many characters `holds` is true for, from the front. Texts are looked at a block at a time, for which `holds`
/// must be a simple function of the character, without branches: compilers make vector instructions of it then.
template <class Predicate>
constexpr std::size_t prefix_length(std::string_view text, Predicate holds) {
    constexpr std::size_t kBlock = 32;
    std::size_t length = 0;
    for (; length + kBlock <= text.size(); length += kBlock) {
        const char* const block = text.data() + length;
        std::uint8_t misses = 0;
        for (std::size_t i = 0; i < kBlock; ++i)
            misses |= static_cast<std::uint8_t>(!holds(block[i]));
        if (misses != 0)
            break;
    }
    while (length < text.size() && holds(text[length]))
        ++length;
    return length;
}

}  // namespace rialto
