#include "pattern/address.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace rialto::pattern {
namespace {

constexpr std::string_view kHexColon = "0123456789abcdefABCDEF:";
constexpr std::size_t kLongestAddress = 45;

/// Only what looks like an address by its characters is one, so neither `::ffff:1.2.3.4` nor `fe80::1%eth0`.
bool looks_like_v4(std::string_view text) {
    return std::ranges::count(text, '.') == 3 && text.find_first_not_of("0123456789.") == std::string_view::npos &&
           !text.starts_with('.') && !text.ends_with('.') && text.find("..") == std::string_view::npos;
}
bool looks_like_v6(std::string_view text) {
    return text.find(':') != std::string_view::npos && text.find_first_not_of(kHexColon) == std::string_view::npos;
}

std::optional<std::uint16_t> parse_group(std::string_view text, int base, unsigned max) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size() || value > max)
        return std::nullopt;
    return static_cast<std::uint16_t>(value);
}

std::string_view cut(std::string_view& rest, char separator) {
    const auto at = std::min(rest.find(separator), rest.size());
    const auto head = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return head;
}

std::optional<Address> parse_v4(std::string_view text) {
    Address address;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto octet = parse_group(cut(text, '.'), 10, 255);
        if (!octet)
            return std::nullopt;
        address.bytes[i] = static_cast<std::uint8_t>(*octet);
    }
    return address;
}

/// Groups between colons into `bytes` from its start; their number, or nothing if one of them is no group.
std::optional<std::size_t> parse_groups(std::string_view text, std::array<std::uint8_t, 16>& bytes) {
    std::size_t count = 0;
    if (text.ends_with(':'))
        return std::nullopt;
    while (!text.empty()) {
        const auto digits = cut(text, ':');
        const auto group = parse_group(digits, 16, 0xffff);
        if (!group || digits.size() > 4 || count == 8)
            return std::nullopt;
        bytes[2 * count] = static_cast<std::uint8_t>(*group >> 8);
        bytes[2 * count + 1] = static_cast<std::uint8_t>(*group & 0xff);
        ++count;
    }
    return count;
}

Address unmapped(const Address& address) {
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (!std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin()))
        return address;
    Address v4;
    std::copy(address.bytes.begin() + 12, address.bytes.end(), v4.bytes.begin());
    return v4;
}

std::optional<Address> parse_v6(std::string_view text) {
    Address address{.is_v6 = true};
    const auto gap = text.find("::");
    const auto head = parse_groups(text.substr(0, std::min(gap, text.size())), address.bytes);
    if (!head)
        return std::nullopt;
    if (gap == std::string_view::npos)
        return *head == 8 ? std::optional{unmapped(address)} : std::nullopt;

    std::array<std::uint8_t, 16> tail_bytes{};
    const auto tail = parse_groups(text.substr(gap + 2), tail_bytes);
    if (!tail || *head + *tail > 7)
        return std::nullopt;
    std::copy_n(tail_bytes.begin(), 2 * *tail, address.bytes.end() - static_cast<std::ptrdiff_t>(2 * *tail));
    return unmapped(address);
}

Result<int> parse_mask(std::string_view text) {
    if (text.starts_with('+') && text.size() > 1 && text[1] != '-')
        text.remove_prefix(1);
    int bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc{} || end != text.data() + text.size())
        return Error{Errc::InvalidArgument, "Malformed CIDR, mask bits must be an integer"};
    if (bits < 0)
        return Error{Errc::InvalidArgument, "Malformed CIDR, mask bits must not be negative"};
    return bits;
}

/// Splits as Java does, which AWS's texts show: slashes at the end count for nothing.
bool split_cidr(std::string_view text, std::string_view& address, std::string_view& mask) {
    text = text.substr(0, text.find_last_not_of('/') + 1);
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || text.find('/', slash + 1) != std::string_view::npos)
        return false;
    address = text.substr(0, slash);
    mask = text.substr(slash + 1);
    return true;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
    if (text.size() > kLongestAddress)
        return std::nullopt;
    if (looks_like_v4(text))
        return parse_v4(text);
    if (looks_like_v6(text))
        return parse_v6(text);
    return std::nullopt;
}

bool AddressBlock::contains(const Address& address) const {
    if (address.is_v6 != base.is_v6)
        return false;
    const auto whole = bits / 8;
    if (!std::equal(base.bytes.begin(), base.bytes.begin() + whole, address.bytes.begin()))
        return false;
    const auto rest = bits % 8;
    return rest == 0 || ((base.bytes[whole] ^ address.bytes[whole]) >> (8 - rest)) == 0;
}

Result<AddressBlock> parse_cidr(std::string_view text) {
    std::string_view address_text;
    std::string_view mask;
    if (!split_cidr(text, address_text, mask))
        return Error{Errc::InvalidArgument, "Malformed CIDR, one '/' required"};
    const auto bits = parse_mask(mask);
    if (!bits)
        return bits.error();
    if (!looks_like_v4(address_text) && !looks_like_v6(address_text))
        return Error{Errc::InvalidArgument, "Nonstandard IP address: " + std::string{address_text}};
    const auto address = parse_address(address_text);
    if (!address)
        return Error{Errc::InvalidArgument, "Invalid IP address: " + std::string{address_text}};
    if (!address->is_v6 && *bits > 31)
        return Error{Errc::InvalidArgument, "IPv4 mask bits must be < 32"};
    if (*bits > 127)
        return Error{Errc::InvalidArgument, "IPv6 mask bits must be < 128"};
    return AddressBlock{.base = *address, .bits = static_cast<unsigned>(*bits)};
}

}  // namespace rialto::pattern
