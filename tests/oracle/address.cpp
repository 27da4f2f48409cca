#include "tests/oracle/address.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace rialto::oracle {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (auto end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    parts.push_back(text);
    return parts;
}

/// Digits only, the whole of the text, at most `limit`.
std::optional<int> parse_digits(std::string_view text, int base, int limit) {
    int number = 0;
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, base);
    if (text.starts_with('-') || error != std::errc{} || stop != end || number > limit)
        return std::nullopt;
    return number;
}

std::optional<Address> parse_v4(std::string_view text) {
    const auto parts = split(text, '.');
    if (parts.size() != 4)
        return std::nullopt;
    Address address{.bits = 32};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto number = parse_digits(parts[i], 10, 255);
        if (!number)
            return std::nullopt;
        address.bytes[i] = static_cast<std::uint8_t>(*number);
    }
    return address;
}

/// The groups of "1:2:3"; none for "".
std::optional<std::vector<int>> parse_groups(std::string_view text) {
    std::vector<int> groups;
    if (text.empty())
        return groups;
    for (const auto part : split(text, ':')) {
        const auto group = parse_digits(part, 16, 0xffff);
        if (!group || part.size() > 4)
            return std::nullopt;
        groups.push_back(*group);
    }
    return groups;
}

/// All eight groups, with the zeros that "::" stands for, which is at least one.
std::optional<std::vector<int>> parse_all_groups(std::string_view text) {
    const auto gap = text.find("::");
    auto groups = parse_groups(text.substr(0, gap));
    if (groups && gap != std::string_view::npos) {
        const auto tail = parse_groups(text.substr(gap + 2));
        if (!tail || groups->size() + tail->size() > 7)
            return std::nullopt;
        groups->resize(8 - tail->size());
        groups->insert(groups->end(), tail->begin(), tail->end());
    }
    return groups && groups->size() == 8 ? groups : std::nullopt;
}

Address from_mapped(const Address& address) {
    Address v4{.bits = 32};
    std::ranges::copy(address.bytes.begin() + 12, address.bytes.end(), v4.bytes.begin());
    return v4;
}

bool is_mapped(const std::vector<int>& groups) {
    return groups[5] == 0xffff && std::all_of(groups.begin(), groups.begin() + 5, [](int group) { return group == 0; });
}

std::optional<Address> parse_v6(std::string_view text) {
    const auto groups = parse_all_groups(text);
    if (!groups)
        return std::nullopt;
    Address address{.bits = 128};
    for (std::size_t i = 0; i < 8; ++i) {
        address.bytes[2 * i] = static_cast<std::uint8_t>((*groups)[i] >> 8);
        address.bytes[2 * i + 1] = static_cast<std::uint8_t>((*groups)[i] & 0xff);
    }
    return is_mapped(*groups) ? from_mapped(address) : address;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
    return text.find(':') == std::string_view::npos ? parse_v4(text) : parse_v6(text);
}

bool Range::contains(const Address& other) const {
    if (other.bits != address.bits)
        return false;
    for (int n = 0; n < bits; ++n) {
        if (other.bit(n) != address.bit(n))
            return false;
    }
    return true;
}

std::optional<Range> parse_range(std::string_view text) {
    // Java forgets what is empty at the end, and its integers may have a sign.
    while (text.ends_with('/'))
        text.remove_suffix(1);
    const auto parts = split(text, '/');
    if (parts.size() != 2)
        return std::nullopt;
    auto digits = parts[1];
    const bool is_negative = digits.starts_with('-');
    if (is_negative || digits.starts_with('+'))
        digits.remove_prefix(1);
    const auto address = parse_address(parts[0]);
    const auto bits = parse_digits(digits, 10, is_negative ? 0 : 127);
    if (!address || !bits || *bits >= address->bits)
        return std::nullopt;
    return Range{*address, *bits};
}

}  // namespace rialto::oracle
