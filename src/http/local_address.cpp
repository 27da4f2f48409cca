#include "http/local_address.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>

namespace rialto::http {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Block {
    std::array<std::uint8_t, 12> prefix;
    unsigned bits;
};

// RFC 6890 and the IANA special-purpose registry.
constexpr auto kLocalV4 = std::to_array<Block>({
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{224}, 3},  // multicast, reserved, broadcast
});

constexpr auto kLocalV6 = std::to_array<Block>({
    {{}, 96},                           // unspecified, loopback, and IPv4-compatible
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48},  // translation inside a network
    {{0x01, 0}, 64},                    // discarded
    {{0x20, 0x01, 0, 0}, 32},           // Teredo
    {{0xfc}, 7},                        // private
    {{0xfe, 0x80}, 9},                  // link-local, site-local
    {{0xff}, 8},                        // multicast
});

bool is_in(const Block& block, Bytes address) {
    const auto whole = block.bits / 8;
    if (!std::equal(block.prefix.begin(), block.prefix.begin() + whole, address.begin()))
        return false;
    const auto rest = block.bits % 8;
    return rest == 0 || (block.prefix.at(whole) ^ address[whole]) >> (8 - rest) == 0;
}

bool is_in_any(std::span<const Block> blocks, Bytes address) {
    return std::ranges::any_of(blocks, [address](const Block& block) { return is_in(block, address); });
}

bool is_local_v4(Bytes address) { return is_in_any(kLocalV4, address); }

bool is_local_v6(Bytes address) {
    static constexpr Block kMapped{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
    static constexpr Block kTranslated{{0, 0x64, 0xff, 0x9b}, 96};
    static constexpr Block k6to4{{0x20, 0x02}, 16};
    if (is_in(kMapped, address) || is_in(kTranslated, address))
        return is_local_v4(address.subspan(12, 4));
    if (is_in(k6to4, address))
        return is_local_v4(address.subspan(2, 4));
    return is_in_any(kLocalV6, address);
}

}  // namespace

bool is_local(const sockaddr& address) {
    std::array<std::uint8_t, 16> bytes{};
    if (address.sa_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        std::memcpy(bytes.data(), &v4.sin_addr, 4);
        return is_local_v4(bytes);
    }
    if (address.sa_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        std::memcpy(bytes.data(), &v6.sin6_addr, 16);
        return is_local_v6(bytes);
    }
    return true;
}

}  // namespace rialto::http
