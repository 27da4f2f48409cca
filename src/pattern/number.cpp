#include "pattern/number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

namespace rialto::pattern {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at;
}

/// A decimal without exponent: digits / 10^places.
struct PlainDecimal {
    std::uint64_t digits = 0;
    unsigned places = 0;
    bool is_negative = false;
    bool is_integer = true;
};

/// So many digits fit into 64 bits, whatever they are.
constexpr std::size_t kMostDigits = 19;

constexpr std::array<std::uint64_t, kMostDigits + 1> kPowersOfTen = [] {
    std::array<std::uint64_t, kMostDigits + 1> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

bool are_eight_digits(std::uint64_t bytes) {
    constexpr std::uint64_t kHigh = 0xf0f0f0f0f0f0f0f0U;
    return ((bytes & kHigh) | (((bytes + 0x0606060606060606U) & kHigh) >> 4)) == 0x3333333333333333U;
}

/// Of eight digits, the first in the lowest byte: pairs, fours and all of them are put together at once.
std::uint64_t value_of_eight(std::uint64_t bytes) {
    constexpr std::uint64_t kPair = 0x000000ff000000ffU;
    bytes -= 0x3030303030303030U;
    bytes = bytes * 10 + (bytes >> 8);
    return ((bytes & kPair) * 0x000f424000000064U + ((bytes >> 16) & kPair) * 0x0000271000000001U) >> 32;
}

std::uint64_t load_eight(const char* at) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return std::endian::native == std::endian::little ? bytes : __builtin_bswap64(bytes);
}

/// Appends the digits up to `end`; false if there is anything else. The eight bytes before the end can be read if
/// `is_long`.
[[gnu::always_inline]] inline bool append_digits(const char* at, const char* end, bool is_long, std::uint64_t& digits) {
    for (; end - at >= 8; at += 8) {
        const auto bytes = load_eight(at);
        if (!are_eight_digits(bytes))
            return false;
        digits = digits * kPowersOfTen[8] + value_of_eight(bytes);
    }
    const auto left = static_cast<std::size_t>(end - at);
    if (left > 0 && is_long) {
        // The rest, with zeros in front.
        const auto bytes =
            (load_eight(end - 8) & ~std::uint64_t{0} << (64 - 8 * left)) | 0x3030303030303030U >> 8 * left;
        digits = digits * kPowersOfTen[left] + value_of_eight(bytes);
        return are_eight_digits(bytes);
    }
    for (; at < end; ++at) {
        if (!is_digit(*at))
            return false;
        digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
    }
    return true;
}

/// False if it is longer, has an exponent, or is no number.
[[gnu::always_inline]] inline bool read_plain(std::string_view text, PlainDecimal& decimal) {
    const char* at = text.data();
    const char* const end = at + text.size();
    decimal.is_negative = at < end && *at == '-';
    at += decimal.is_negative ? 1 : 0;
    if (static_cast<std::size_t>(end - at) > kMostDigits + 1)
        return false;
    const char* const begin = at;
    std::uint64_t digits = 0;
    for (; at < end && is_digit(*at); ++at)
        digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
    const auto whole = static_cast<std::size_t>(at - begin);
    if (whole == 0 || whole > kMostDigits)
        return false;
    decimal.is_integer = at == end;
    if (!decimal.is_integer) {
        const auto places = static_cast<std::size_t>(end - at - 1);
        if (*at != '.' || places == 0 || whole + places > kMostDigits ||
            !append_digits(at + 1, end, text.size() >= 8, digits))
            return false;
        decimal.places = static_cast<unsigned>(places);
    }
    decimal.digits = digits;
    return true;
}

/// Up to there all integers are doubles.
constexpr std::uint64_t kLargestExact = std::uint64_t{1} << std::numeric_limits<double>::digits;

/// digits / divisor, rounded once, where `digits` is no double: divided as integers, with enough bits for the quotient
/// that the rest only matters as being there or not.
double divided(std::uint64_t digits, std::uint64_t divisor) {
    __extension__ using Wide = unsigned __int128;
    const int up = std::countl_zero(digits);
    const int down = std::countl_zero(divisor);
    const Wide dividend = static_cast<Wide>(digits << up) << 63;
    const std::uint64_t normal = divisor << down;
    auto quotient = static_cast<std::uint64_t>(dividend / normal);  // of 63 or 64 bits, as both were of 64
    quotient |= static_cast<std::uint64_t>(dividend - static_cast<Wide>(quotient) * normal) != 0 ? 1 : 0;
    // The conversion rounds to the nearest even; its operand is 10 bits longer at least, the last of them the rest.
    // Scaled by 2^-126 to 2^0, the result is far from the smallest double.
    const auto scale = std::bit_cast<double>(static_cast<std::uint64_t>(1023 + down - up - 63) << 52);
    return static_cast<double>(quotient) * scale;
}

double value_of(const PlainDecimal& decimal) {
    double value = 0;
    if (decimal.digits <= kLargestExact)
        // One division of doubles rounds once (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
        value = static_cast<double>(decimal.digits) / static_cast<double>(kPowersOfTen[decimal.places]);
    else
        value = divided(decimal.digits, kPowersOfTen[decimal.places]);
    return decimal.is_negative ? -value : value;
}

/// A decimal as 0.digits * 10^exponent, with no zero at either end of its digits.
struct Decimal {
    std::string digits;
    std::int64_t exponent = 0;
    bool operator==(const Decimal&) const = default;
};

std::int64_t parse_exponent(std::string_view text) {
    if (text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    // Further than any double reaches, yet far from overflow when the digits' place is added.
    return error == std::errc{} ? std::clamp<std::int64_t>(exponent, -1'000'000'000, 1'000'000'000) : 1'000'000'000;
}

Decimal normal_form(std::string_view text) {
    if (text.starts_with('-'))
        text.remove_prefix(1);
    Decimal decimal;
    if (const auto e = text.find_first_of("eE"); e != std::string_view::npos) {
        decimal.exponent = parse_exponent(text.substr(e + 1));
        text = text.substr(0, e);
    }
    const auto point = std::min(text.find('.'), text.size());
    decimal.digits = text.substr(0, point);
    decimal.exponent += static_cast<std::int64_t>(point);
    if (point < text.size())
        decimal.digits += text.substr(point + 1);

    const auto first = std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size());
    decimal.digits.erase(0, first);
    decimal.exponent -= static_cast<std::int64_t>(first);
    decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
    if (decimal.digits.empty())
        decimal.exponent = 0;
    return decimal;
}

/// Of a number that no double comes near: whether it is too small for one, not too large.
bool is_tiny(std::string_view text) { return normal_form(text).exponent < 0; }

std::optional<double> nearest_double(std::string_view text) {
    if (PlainDecimal decimal; read_plain(text, decimal))
        return value_of(decimal);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range && is_tiny(text))
        return 0;
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Integers of so few digits survive the way to a double and back in any case.
bool is_surely_exact(std::string_view text) {
    return text.size() <= std::numeric_limits<double>::digits10 && is_integer(text);
}

}  // namespace

bool is_integer(std::string_view text) { return text.find_first_of(".eE") == std::string_view::npos; }

std::optional<double> exact_double(std::string_view text) {
    const auto value = nearest_double(text);
    if (!value || is_surely_exact(text))
        return value;
    std::array<char, 64> shortest{};
    const auto [end, error] = std::to_chars(shortest.data(), shortest.data() + shortest.size(), *value);
    if (error != std::errc{} || normal_form(text) != normal_form({shortest.data(), end}))
        return std::nullopt;
    return value;
}

Number event_number(std::string_view text) {
    if (PlainDecimal decimal; read_plain(text, decimal) && (!decimal.is_integer || decimal.digits <= kLargestExact))
        [[likely]]
        return {.comparable = true, .value = value_of(decimal)};
    const auto value = is_integer(text) ? exact_double(text) : nearest_double(text);
    return {.comparable = value.has_value(), .value = value.value_or(0)};
}

std::size_t json_number_length(std::string_view text) {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const auto whole = skip_digits(text, at);
    if (whole == at || (text[at] == '0' && whole > at + 1))
        return 0;
    at = whole;
    if (at < text.size() && text[at] == '.') {
        const auto end = skip_digits(text, at + 1);
        if (end == at + 1)
            return 0;
        at = end;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        const std::size_t sign = at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-') ? 1 : 0;
        const auto end = skip_digits(text, at + 1 + sign);
        if (end == at + 1 + sign)
            return 0;
        at = end;
    }
    return at;
}

}  // namespace rialto::pattern
