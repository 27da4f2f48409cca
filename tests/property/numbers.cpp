#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "tests/property/texts.hpp"

namespace rialto::property {
namespace {

/// DIGITS times ten to the power of `exponent`.
struct Decimal {
    std::string sign;
    std::string digits;
    long exponent = 0;
};

Decimal decimal(const std::string& number) {
    Decimal value;
    const auto e = number.find_first_of("eE");
    value.exponent = e == std::string::npos ? 0 : std::strtol(number.c_str() + e + 1, nullptr, 10);
    bool in_fraction = false;
    for (const char c : number.substr(0, e)) {
        if (c == '-')
            value.sign = "-";
        else if (c == '.')
            in_fraction = true;
        else {
            value.digits += c;
            value.exponent -= in_fraction ? 1 : 0;
        }
    }
    value.digits.erase(0, std::min(value.digits.find_first_not_of('0'), value.digits.size() - 1));
    return value;
}

/// With `places` digits behind the point.
std::string fixed(const Decimal& value, std::size_t places) {
    auto digits = value.digits;
    digits.insert(0, digits.size() <= places ? places + 1 - digits.size() : 0, '0');
    if (places > 0)
        digits.insert(digits.size() - places, ".");
    return value.sign + digits;
}

std::string scientific(Random& random, const Decimal& value) {
    const auto places = random.below(value.digits.size());
    const long exponent = value.exponent + static_cast<long>(places);
    const std::string plus = exponent >= 0 && random.chance(30) ? "+" : "";
    return fixed(value, places) + random.pick({"e", "E"}) + plus + std::to_string(exponent);
}

/// Of about as many digits as a double or 64 bits hold, with the point anywhere, as coordinates have them.
std::string long_number(Random& random) {
    Decimal value;
    value.sign = random.chance(50) ? "-" : "";
    value.digits = std::to_string(1 + random.below(9));
    for (auto count = 13 + random.below(8); count > 0; --count)
        value.digits += std::to_string(random.below(10));
    return fixed(value, random.below(value.digits.size() + 3));
}

/// With its last digit another one.
std::string other_last_digit(Random& random, std::string number) {
    const auto at = number.substr(0, number.find_first_of("eE")).find_last_of("0123456789");
    number[at] = static_cast<char>('0' + random.below(10));
    return number;
}

}  // namespace

std::string any_number(Random& random) {
    if (random.chance(10))
        return long_number(random);
    const auto number = random.chance(60) ? std::to_string(static_cast<int>(random.below(14)) - 3)
                                          : random.pick({"0.1",
                                                         "0.25",
                                                         "1.5",
                                                         "-1.5",
                                                         "300",
                                                         "5000000000",
                                                         "5000000001",
                                                         "-5000000000",
                                                         "0.000001",
                                                         "0.1234567",
                                                         "0.12345678901234567890",
                                                         "1.0000000000000001",
                                                         "9007199254740991",
                                                         "9007199254740992",
                                                         "9007199254740993",
                                                         "9007199254740992.5",
                                                         "9007199254740993.5",
                                                         "4503599627370497.25",
                                                         "0.00000000000000000001",
                                                         "9999999999999999999",
                                                         "999999999999999999.9",
                                                         "-122.42916360922355",
                                                         "-9007199254740993",
                                                         "9223372036854775807",
                                                         "18446744073709551616",
                                                         "123456789012345678901234567890",
                                                         "1e100",
                                                         "1.7976931348623157e308",
                                                         "1.7976931348623159e308",
                                                         "1e309",
                                                         "4.9e-324",
                                                         "1e-320",
                                                         "1e-400",

                                                         "123456789012",
                                                         "2.5e-7",
                                                         "0e7",
                                                         "-0"});
    return respelled_number(random, number);
}

std::string respelled_number(Random& random, const std::string& number) {
    if (random.chance(50))
        return number;
    auto value = decimal(number);
    if (random.chance(30)) {
        value.digits += "0";
        value.exponent -= 1;
    }
    if (value.exponent > 0 && value.exponent < 30) {
        value.digits += std::string(static_cast<std::size_t>(value.exponent), '0');
        value.exponent = 0;
    }
    value.digits.erase(0, std::min(value.digits.find_first_not_of('0'), value.digits.size() - 1));
    const bool is_readable = value.exponent <= 0 && value.exponent > -30;
    return is_readable && random.chance(60) ? fixed(value, static_cast<std::size_t>(-value.exponent))
                                            : scientific(random, value);
}

std::string near_number(Random& random, const std::string& number) {
    const double value = std::strtod(number.c_str(), nullptr);
    const bool is_integer = number.find_first_of(".eE") == std::string::npos;
    auto other = number;
    switch (random.below(6)) {
        case 0:
            other = std::isfinite(value) ? shortest_number(std::nextafter(value, random.chance(50) ? 1e308 : -1e308))
                                         : number;
            break;
        case 1:
            other = std::abs(value) < 1e15 ? shortest_number(value + (random.chance(50) ? 1 : -1)) : number;
            break;
        case 2:
            other = is_integer ? number + ".00000000000000000001" : number;
            break;
        case 3:
            other = other_last_digit(random, number);
            break;
        case 4:
            other = number.starts_with('-') ? number.substr(1) : "-" + number;
            break;
        default:
            break;
    }
    return respelled_number(random, other);
}

std::string shortest_number(double value) {
    std::array<char, 64> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

}  // namespace rialto::property
