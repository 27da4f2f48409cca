#include "rialto/storage/packed_text.hpp"

#include <lz4.h>

#include <cstddef>
#include <cstdint>

namespace rialto::storage {
namespace {

constexpr char kCompressed = '\x01';  // then the text's size in four bytes, the lowest first; JSON does not begin so
constexpr std::size_t kHead = 5;
constexpr std::size_t kWorthIt = 256;                  // bytes; less does not shrink by much
constexpr std::size_t kMost = std::size_t{64} << 20U;  // of a text; no event is as large

Error damaged() { return {Errc::Corrupt, "a compressed text is damaged"}; }

std::size_t size_in(std::string_view head) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < 4; ++i)
        size |= std::size_t{static_cast<std::uint8_t>(head[1 + i])} << (8 * i);
    return size;
}

}  // namespace

std::string pack(std::string_view json) {
    if (json.size() < kWorthIt || json.size() > kMost)
        return std::string{json};
    // What does not shrink by an eighth stays as it is, which also bounds how much room the attempt needs.
    std::string packed(json.size() - json.size() / 8, kCompressed);
    for (std::size_t i = 0; i < 4; ++i)
        packed[1 + i] = static_cast<char>(json.size() >> (8 * i) & 0xFFU);
    const int size = LZ4_compress_default(json.data(), packed.data() + kHead, static_cast<int>(json.size()),
                                          static_cast<int>(packed.size() - kHead));
    if (size <= 0)
        return std::string{json};
    packed.resize(kHead + static_cast<std::size_t>(size));
    return packed;
}

Result<std::string> unpack(std::string packed) {
    if (!packed.starts_with(kCompressed))
        return packed;
    const std::size_t size = packed.size() < kHead ? kMost + 1 : size_in(packed);
    if (size > kMost)
        return damaged();
    std::string json(size, '\0');
    const int got = LZ4_decompress_safe(packed.data() + kHead, json.data(), static_cast<int>(packed.size() - kHead),
                                        static_cast<int>(size));
    if (got < 0 || static_cast<std::size_t>(got) != size)
        return damaged();
    return json;
}

}  // namespace rialto::storage
