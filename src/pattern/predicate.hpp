#pragma once

#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "pattern/address.hpp"
#include "pattern/folding.hpp"
#include "pattern/value.hpp"
#include "pattern/wildcard.hpp"

namespace rialto::pattern {

/// The kinds of test that a pattern can put to one value of an event. Each says which values it accepts.

struct ExactText {
    std::string text;
    bool accepts(const Value& value) const;
};

/// true, false and null.
struct ExactConstant {
    Kind kind;
    bool accepts(const Value& value) const;
};

struct ExactNumber {
    Number number;
    std::string text;  ///< Decides between integers that no double holds; such decimals equal nothing.
    bool accepts(const Value& value) const;
};

/// A string in the pattern that is an IP address equals every spelling of the address.
struct ExactAddress {
    Address address;
    bool accepts(const Value& value) const;
};

struct Prefix {
    std::string text;
    bool accepts(const Value& value) const;
};

struct Suffix {
    std::string text;
    bool accepts(const Value& value) const;
};

/// equals-ignore-case, alone and inside prefix and suffix.
struct IgnoreCase {
    enum class Place { Whole, Start, End };
    FoldedText text;
    Place place;
    bool accepts(const Value& value) const;
};

struct WildcardText {
    Wildcard wildcard;
    bool accepts(const Value& value) const;
};

struct NumericRange {
    double bottom = -std::numeric_limits<double>::infinity();
    double top = std::numeric_limits<double>::infinity();
    bool open_bottom = false;
    bool open_top = false;
    bool accepts(const Value& value) const;
};

struct InBlock {
    AddressBlock block;
    bool accepts(const Value& value) const;
};

struct Exists {
    bool accepts(const Value&) const { return true; }
};

/// exists: false. It accepts no value; it is about the field having none.
struct Absent {
    bool accepts(const Value&) const { return false; }
};

struct Predicate;

/// Any value at all that none of the excluded accepts.
struct AnythingBut {
    std::shared_ptr<const std::vector<Predicate>> excluded;
    bool accepts(const Value& value) const;
};

struct Predicate {
    std::variant<ExactText, ExactConstant, ExactNumber, ExactAddress, Prefix, Suffix, IgnoreCase, WildcardText,
                 NumericRange, InBlock, Exists, Absent, AnythingBut>
        test;
    bool accepts(const Value& value) const;
};

}  // namespace rialto::pattern
