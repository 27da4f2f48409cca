#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rialto::oracle {

struct Address {
    int bits = 0;  ///< 32 or 128.
    std::array<std::uint8_t, 16> bytes{};

    bool operator==(const Address&) const = default;
    bool bit(int n) const { return (bytes[static_cast<std::size_t>(n / 8)] >> (7 - n % 8) & 1) != 0; }
};

/// As Java reads a literal address: four decimal numbers, with any zeros in front; or groups of up to four hexadecimal
/// digits, without a dotted end, where what is mapped from an IPv4 address is that address.
std::optional<Address> parse_address(std::string_view text);

/// A range of addresses of one family.
struct Range {
    Address address;
    int bits = 0;

    bool contains(const Address& other) const;
};

/// "address/bits".
std::optional<Range> parse_range(std::string_view text);

}  // namespace rialto::oracle
