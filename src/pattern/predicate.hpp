#pragma once

#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "pattern/address.hpp"
#include "pattern/number.hpp"
#include "pattern/value.hpp"
#include "pattern/wildcard.hpp"

namespace rialto::pattern {

/// The kinds of test that a pattern can put to one value of an event, as parsed. encode() makes of them what is run.

struct ExactText {
    std::string text;
};

/// true, false and null.
struct ExactConstant {
    Kind kind;
};

struct ExactNumber {
    Number number;
    std::string text;  ///< Decides between integers that no double holds; such decimals equal nothing.
};

/// A string in the pattern that is an IP address equals every spelling of the address.
struct ExactAddress {
    Address address;
};

struct Prefix {
    std::string text;
};

struct Suffix {
    std::string text;
};

/// equals-ignore-case, alone and inside prefix and suffix.
struct IgnoreCase {
    enum class Place : std::uint8_t { Whole, Start, End };
    std::string text;
    Place place;
};

struct WildcardText {
    Wildcard wildcard;
};

struct NumericRange {
    double bottom = -std::numeric_limits<double>::infinity();
    double top = std::numeric_limits<double>::infinity();
    bool open_bottom = false;
    bool open_top = false;
};

struct InBlock {
    AddressBlock block;
};

struct Exists {};

/// exists: false. It accepts no value; it is about the field having none.
struct Absent {};

struct Predicate;

/// Any value at all that none of the excluded accepts.
struct AnythingBut {
    std::shared_ptr<const std::vector<Predicate>> excluded;
};

struct Predicate {
    std::variant<ExactText, ExactConstant, ExactNumber, ExactAddress, Prefix, Suffix, IgnoreCase, WildcardText,
                 NumericRange, InBlock, Exists, Absent, AnythingBut>
        test;
};

}  // namespace rialto::pattern
