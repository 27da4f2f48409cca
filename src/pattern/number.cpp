#include "pattern/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
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

/// The double that a decimal without exponent is, if it is what one division of doubles gives: that rounds just once
/// (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
std::optional<double> short_decimal(std::string_view text) {
    constexpr std::size_t kMostDigits = 18;
    constexpr std::uint64_t kLargest = std::uint64_t{1} << 53;
    constexpr std::array<double, 19> kPowers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                             1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
    const bool is_negative = text.starts_with('-');
    text.remove_prefix(is_negative ? 1 : 0);
    if (text.size() > kMostDigits + 1)
        return std::nullopt;
    std::uint64_t digits = 0;
    std::size_t point = text.size();
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_digit(text[at]))
            digits = digits * 10 + static_cast<std::uint64_t>(text[at] - '0');
        else if (text[at] == '.' && point == text.size())
            point = at;
        else
            return std::nullopt;
    }
    const std::size_t places = point == text.size() ? 0 : text.size() - point - 1;
    if (digits > kLargest || text.size() - (places > 0 ? 1 : 0) > kMostDigits || text.empty())
        return std::nullopt;
    const double value = static_cast<double>(digits) / kPowers[places];
    return is_negative ? -value : value;
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
    if (const auto value = short_decimal(text))
        return value;
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
