#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include "pattern/predicate.hpp"
#include "pattern/value.hpp"

namespace rialto::pattern {

/// A trait of a value that a test may ask for and that can be looked up: that it is just this value, begins or ends in
/// a certain way, lies in a certain block of numbers or addresses.
enum class Trait : std::uint8_t {
    Exact,         ///< A string, an integer that no double holds, true, false or null.
    Number,        ///< Its upper 64 - size bits, of numbers put in order.
    Address,       ///< The address that a string is.
    Prefix,        ///< The first `size` bytes.
    Suffix,        ///< The last `size` bytes.
    FoldedPrefix,  ///< The same in lower case, as far as ASCII goes.
    FoldedSuffix,
    Folded,   ///< All of it in lower case.
    Inside,   ///< `size` bytes somewhere in it.
    BlockV4,  ///< The first `size` bits of an address.
    BlockV6,
    Present,  ///< Nothing but that it is there.
    Absent,   ///< Of a path, not of a value: that an element, or the event, may have nothing there.
};

/// A kind of token: all tokens of one feature are looked up in the same way.
struct Feature {
    Trait trait = Trait::Exact;
    std::uint8_t size = 0;
    bool operator==(const Feature&) const = default;
};

/// What a value must have for a test to hold, as a hash: if the test accepts a value, this token is among the value's
/// tokens of the feature. The reverse is for the test itself to say.
struct Token {
    Feature feature;
    std::uint64_t hash = 0;
    double bits = 0;          ///< How much it tells, about: the higher, the fewer values have it.
    std::uint64_t block = 0;  ///< Of Trait::Number: what it is the hash of.
};

/// Values lie in one of 64 zones: numbers by their order of magnitude, others by their token. Most values that do not
/// have a token are known by their zone.
using Zone = std::uint8_t;
inline Zone zone_of_number(std::uint64_t rank) { return rank >> 52 & 63; }
inline Zone zone_of_token(std::uint64_t token) { return static_cast<Zone>(token >> 58); }

/// The first of the zones in which values have it.
Zone zone_of(const Token& token);

/// A bit for each zone in which values have a token of that feature and first zone.
std::uint64_t zones_of(Feature feature, Zone first);

/// Mostly one a condition.
using Tokens = boost::container::small_vector<Token, 3>;

/// Appends tokens of which an accepted value has at least one: Trait::Present, if nearly every value is accepted.
void tokens_of(const Predicate& test, Tokens& tokens);

/// The value's token of the feature, which is not Trait::Inside; false if it has none.
bool token_of(const Value& value, Feature feature, std::uint64_t& token);

/// What an event has where a path may have nothing.
Token absent_token();

/// Appends the value's tokens of the feature.
void tokens_of(const Value& value, Feature feature, std::vector<std::uint64_t>& hashes);

/// The number's place in the order of all doubles, whose upper 64 - size bits are its block for Trait::Number; kNoRank
/// for what is no comparable number.
constexpr auto kNoRank = ~std::uint64_t{0};
std::uint64_t rank_of(const Value& value);
std::uint64_t block_token(std::uint64_t block, Feature feature);

/// Its only token of Trait::Exact or Trait::Number with size 0.
std::uint64_t exact_token(const Value& value);
std::uint64_t address_token(const Address& address);

}  // namespace rialto::pattern
