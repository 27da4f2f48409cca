#include "tests/oracle/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace rialto::oracle {
namespace {

bool is_whole(std::string_view text) { return text.find_first_of(".eE") == std::string_view::npos; }

/// A decimal number in the one form that each value has: 0.DIGITS times a power of ten, neither end of the digits a
/// zero.
struct Decimal {
    bool negative = false;
    std::string digits;
    double power = 0;  ///< A whole number; a double because a text may name any.

    bool operator==(const Decimal&) const = default;
};

Decimal decimal(std::string_view text) {
    Decimal number;
    const auto exponent = text.find_first_of("eE");
    if (exponent != std::string_view::npos)
        number.power = std::strtod(std::string{text.substr(exponent + 1)}.c_str(), nullptr);
    bool in_fraction = false;
    for (const char c : text.substr(0, exponent)) {
        if (c == '-')
            number.negative = true;
        else if (c == '.')
            in_fraction = true;
        else {
            number.digits += c;
            number.power += in_fraction ? 0 : 1;
        }
    }
    const auto zeros = number.digits.find_first_not_of('0');
    if (zeros == std::string::npos)
        return {};
    number.digits = number.digits.substr(zeros, number.digits.find_last_not_of('0') + 1 - zeros);
    number.power -= static_cast<double>(zeros);
    return number;
}

std::string shortest_text(double value) {
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

double nearest(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

std::optional<double> exact(const std::string& text) {
    const double value = nearest(text);
    if (!std::isfinite(value) || decimal(shortest_text(value)) != decimal(text))
        return std::nullopt;
    return value;
}

}  // namespace

Number Number::in_pattern(std::string text) {
    Number number;
    number.is_whole_ = is_whole(text);
    number.value_ = exact(text);
    number.text_ = std::move(text);
    return number;
}

Number Number::in_event(std::string text) {
    auto number = in_pattern(std::move(text));
    const double value = nearest(number.text_);
    if (!number.is_whole_ && std::isfinite(value))
        number.value_ = value;
    return number;
}

bool is_same(const Number& literal, const Number& found) {
    if (literal.value_)
        return found.value_ == literal.value_;
    return literal.is_whole_ && found.is_whole_ && literal.text_ == found.text_;
}

}  // namespace rialto::oracle
