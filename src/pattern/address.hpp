#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rialto/base/result.hpp"

namespace rialto::pattern {

/// An IPv4 or IPv6 address; the first four bytes are in use for IPv4.
struct Address {
    bool is_v6 = false;
    std::array<std::uint8_t, 16> bytes{};
    bool operator==(const Address&) const = default;
};

/// Nothing for what is not an address. An IPv4-mapped IPv6 address is the IPv4 address.
std::optional<Address> parse_address(std::string_view text);

/// The addresses that share their first `bits` bits with `base`.
struct AddressBlock {
    Address base;
    unsigned bits = 0;
    bool contains(const Address& address) const;
};

/// `text` as in `10.0.0.0/8`. The error is AWS's.
Result<AddressBlock> parse_cidr(std::string_view text);

}  // namespace rialto::pattern
