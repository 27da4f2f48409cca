#include <algorithm>
#include <array>

#include "tests/oracle/address.hpp"
#include "tests/property/texts.hpp"

namespace rialto::property {
namespace {

using oracle::Address;

Address any(Random& random) {
    static const std::vector<int> kOctets = {0, 0, 1, 9, 10, 127, 128, 192, 254, 255};
    static const std::vector<int> kGroups = {0, 0, 0, 0, 1, 0xa, 0xdb8, 0x2001, 0xfe80, 0xffff};
    Address address;
    address.bits = random.chance(50) ? 32 : 128;
    for (std::size_t i = 0; i < static_cast<std::size_t>(address.bits / 8); ++i) {
        if (address.bits == 32) {
            address.bytes[i] = static_cast<std::uint8_t>(random.pick(kOctets));
        } else if (i % 2 == 0) {
            const int group = random.pick(kGroups);
            address.bytes[i] = static_cast<std::uint8_t>(group >> 8);
            address.bytes[i + 1] = static_cast<std::uint8_t>(group);
        }
    }
    return address;
}

std::string dotted(Random& random, const Address& address) {
    std::string text;
    for (std::size_t i = 0; i < 4; ++i)
        text += (i > 0 ? "." : "") + std::string(random.chance(5) ? 1 + random.below(2) : 0, '0') +
                std::to_string(address.bytes[i]);
    return text;
}

std::string hexadecimal(Random& random, int group) {
    const std::string_view digits = random.chance(30) ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string text;
    for (int shift = 12; shift >= 0; shift -= 4)
        text += digits[static_cast<std::size_t>(group >> shift & 15)];
    const auto zeros = std::min<std::size_t>(text.find_first_not_of('0'), 3);
    return text.substr(random.chance(70) ? zeros : random.below(zeros + 1));
}

std::string colons(Random& random, const Address& address) {
    std::array<int, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i)
        groups[i] = address.bytes[2 * i] * 256 + address.bytes[2 * i + 1];

    // The zeros from `begin` to `end` become "::".
    auto begin = random.chance(20) ? std::size_t{8} : random.below(9);
    auto end = begin;
    while (end < 8 && groups[end] == 0)
        ++end;
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == begin && end > begin) {
            text += "::";
            i = end - 1;
        } else {
            text += (text.empty() || text.ends_with(':') ? "" : ":") + hexadecimal(random, groups[i]);
        }
    }
    return text;
}

std::string spelled(Random& random, const Address& address) {
    return address.bits == 32 ? dotted(random, address) : colons(random, address);
}

std::string almost(Random& random) {
    return random.pick({"10.0.0.256", "10.0.0", "10.0.0.0.1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::g", "12345::",
                        "::ffff:10.0.0.1", "::ffff:a00:1", ":", ":::", "1::2::3", "10.0.0.1 ", "0x10.0.0.1", "::%1"});
}

}  // namespace

std::string any_address(Random& random) { return random.chance(12) ? almost(random) : spelled(random, any(random)); }

std::string near_address(Random& random, const std::string& text) {
    auto address = oracle::parse_address(text);
    if (!address)
        return any_address(random);
    if (random.chance(50)) {
        const auto bit = random.below(static_cast<std::size_t>(address->bits));
        address->bytes[bit / 8] = static_cast<std::uint8_t>(address->bytes[bit / 8] ^ (0x80 >> bit % 8));
    }
    return spelled(random, *address);
}

std::string range_around(Random& random, const std::string& text) {
    const auto address = oracle::parse_address(text);
    if (!address)
        return text + "/" + std::to_string(random.below(32));
    return spelled(random, *address) + "/" + std::to_string(random.below(static_cast<std::size_t>(address->bits)));
}

}  // namespace rialto::property
