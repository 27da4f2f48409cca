#include "pattern/token.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "pattern/folding.hpp"

namespace rialto::pattern {
namespace {

/// How many bytes of a text are looked up: as many as the text has, rounded down to one of these, so that there are few
/// features.
constexpr std::array<std::uint8_t, 9> kSizes{1, 2, 3, 4, 6, 8, 12, 16, 24};
constexpr std::size_t kLongestInside = 4;
constexpr std::size_t kLongestFolded = kSizes.back();

/// A range of numbers is covered by at most so many blocks of one size (by four, if it is nearly all numbers).
constexpr std::uint64_t kMostBlocks = 3;

constexpr double kBitsOfByte = 5;

std::uint64_t seal(std::uint64_t hash, Feature feature) {
    return mix(hash ^ kHashSeed, std::uint64_t{static_cast<std::uint8_t>(feature.trait)} << 8 | feature.size);
}

std::uint8_t rounded_size(std::size_t size) {
    return *std::prev(std::ranges::upper_bound(kSizes, std::min<std::size_t>(size, kSizes.back())));
}

std::uint64_t folded_hash(std::string_view text) {
    std::array<char, kLongestFolded>
        lower;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled as far as it is read
    const auto size = std::min(text.size(), lower.size());
    std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), lower.begin(), ascii_lower);
    return mix(hash({lower.data(), size}), text.size());
}

/// The double's place in the order of all of them.
std::uint64_t rank(double number) {
    constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
    const auto bits = std::bit_cast<std::uint64_t>(number + 0.0);  // -0 becomes 0
    return bits & kSign ? ~bits : bits | kSign;
}

std::uint64_t block_hash(const Address& address, unsigned bits) {
    std::array<char, 16> masked{};
    std::memcpy(masked.data(), address.bytes.data(), bits / 8);
    if (bits % 8 != 0)
        masked[bits / 8] = static_cast<char>(address.bytes[bits / 8] & (0xff00U >> (bits % 8)));
    return hash({masked.data(), masked.size()});
}

Token text_token(Trait trait, std::string_view text, double bits_of_byte = kBitsOfByte) {
    const Feature feature{trait, static_cast<std::uint8_t>(text.size())};
    return {feature, seal(hash(text), feature), bits_of_byte * static_cast<double>(text.size())};
}
Token folded_token(Trait trait, std::string_view text) {
    const Feature feature{trait, static_cast<std::uint8_t>(text.size())};
    return {feature, seal(folded_hash(text), feature), (kBitsOfByte - 1) * static_cast<double>(text.size())};
}

Token number_token(std::uint64_t block, std::uint8_t size) {
    const Feature feature{Trait::Number, size};
    return {feature, seal(block, feature), 64.0 - size, block};
}

std::string_view rounded_head(std::string_view text) { return text.substr(0, rounded_size(text.size())); }
std::string_view rounded_tail(std::string_view text) { return text.substr(text.size() - rounded_size(text.size())); }

/// Finds the tokens of a test; false if it accepts so much that there are none.
struct TokenFinder {
    Tokens& tokens;

    bool one(const Token& token) const {
        tokens.push_back(token);
        return true;
    }

    bool operator()(const ExactText& test) const { return one({{}, exact_token({Kind::String, test.text}), 64}); }
    bool operator()(const ExactConstant& test) const { return one({{}, exact_token({test.kind, {}}), 2}); }
    bool operator()(const ExactNumber& test) const {
        const Value value{Kind::Number, test.text};
        if (!test.number.comparable)
            return one({{}, exact_token(value), 64});
        return one(number_token(rank(test.number.value), 0));
    }
    bool operator()(const ExactAddress& test) const {
        return one({{Trait::Address, 0}, address_token(test.address), 64});
    }
    bool operator()(const Prefix& test) const {
        return !test.text.empty() && one(text_token(Trait::Prefix, rounded_head(test.text)));
    }
    bool operator()(const Suffix& test) const {
        return !test.text.empty() && one(text_token(Trait::Suffix, rounded_tail(test.text)));
    }
    bool operator()(const IgnoreCase& test) const;
    bool operator()(const WildcardText& test) const;
    bool operator()(const NumericRange& test) const;
    bool operator()(const InBlock& test) const {
        const bool is_v6 = test.block.base.is_v6;
        const Feature feature{is_v6 ? Trait::BlockV6 : Trait::BlockV4,
                              static_cast<std::uint8_t>(test.block.bits / 4 * 4)};
        return one(
            {feature, seal(block_hash(test.block.base, feature.size), feature), static_cast<double>(feature.size)});
    }
    bool operator()(const Exists&) const { return false; }
    bool operator()(const Absent&) const { return true; }
    bool operator()(const AnythingBut&) const { return false; }
};

/// Only what is ASCII in the pattern has ASCII for both of its forms, of the same length.
bool TokenFinder::operator()(const IgnoreCase& test) const {
    const std::string_view text = test.text;
    if (test.place == IgnoreCase::Place::Whole && is_ascii(text))
        return one({{Trait::Folded, 0}, seal(folded_hash(text), {Trait::Folded, 0}), 60});
    const auto is_wide = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    const auto head = static_cast<std::size_t>(std::ranges::find_if(text, is_wide) - text.begin());
    if (test.place != IgnoreCase::Place::End && head > 0)
        return one(folded_token(Trait::FoldedPrefix, rounded_head(text.substr(0, head))));
    const auto tail = static_cast<std::size_t>(std::find_if(text.rbegin(), text.rend(), is_wide) - text.rbegin());
    if (test.place != IgnoreCase::Place::Start && tail > 0)
        return one(folded_token(Trait::FoldedSuffix, rounded_tail(text.substr(text.size() - tail))));
    return false;
}

bool TokenFinder::operator()(const WildcardText& test) const {
    const auto& pieces = test.wildcard.pieces();
    if (pieces.size() == 1)
        return one({{}, exact_token({Kind::String, pieces.front()}), 64});
    const std::string_view head = pieces.front();
    const std::string_view tail = pieces.back();
    const std::string_view inside = *std::ranges::max_element(pieces, {}, &std::string::size);
    const auto best = std::max(head.size(), tail.size());
    // Looking for something inside means to look at every place.
    if (best < 3 && inside.size() > best)
        return one(text_token(Trait::Inside, inside.substr(0, kLongestInside), kBitsOfByte - 1));
    if (best == 0)
        return false;
    return one(head.size() >= tail.size() ? text_token(Trait::Prefix, rounded_head(head))
                                          : text_token(Trait::Suffix, rounded_tail(tail)));
}

bool TokenFinder::operator()(const NumericRange& test) const {
    const auto bottom = rank(test.bottom) + (test.open_bottom ? 1 : 0);
    const auto top = rank(test.top) - (test.open_top ? 1 : 0);
    if (bottom > top)
        return one(number_token(bottom, 0));  // nothing is in there
    std::uint8_t shift = 0;
    while (shift < 62 && (top >> shift) - (bottom >> shift) >= kMostBlocks)
        shift += 2;
    for (auto block = bottom >> shift; block <= top >> shift; ++block)
        tokens.push_back(number_token(block, shift));
    return true;
}

/// Whether the trait is of so many bytes as the feature's size says.
bool is_of_text(Trait trait) {
    return trait == Trait::Prefix || trait == Trait::Suffix || trait == Trait::FoldedPrefix ||
           trait == Trait::FoldedSuffix;
}

bool address_token_of(std::string_view text, Feature feature, std::uint64_t& token) {
    const auto address = parse_address(text);
    if (!address)
        return false;
    if (feature.trait == Trait::Address)
        token = address_token(*address);
    else if (address->is_v6 == (feature.trait == Trait::BlockV6))
        token = seal(block_hash(*address, feature.size), feature);
    else
        return false;
    return true;
}

}  // namespace

void tokens_of(const Predicate& test, Tokens& tokens) {
    if (!std::visit(TokenFinder{tokens}, test.test))
        tokens.push_back({{Trait::Present, 0}, seal(0, {Trait::Present, 0}), 0.1});
}

Zone zone_of(const Token& token) {
    return token.feature.trait == Trait::Number ? zone_of_number(token.block << token.feature.size)
                                                : zone_of_token(token.hash);
}

std::uint64_t zones_of(Feature feature, Zone first) {
    // Smaller blocks are within one zone; larger ones are as many as a power of two, and begin at a multiple of it.
    constexpr unsigned kZone = 52;
    const bool is_small = feature.trait != Trait::Number || feature.size <= kZone;
    const unsigned count = is_small ? 1U : 1U << (feature.size - kZone);
    return count >= 64 ? ~std::uint64_t{0} : ((std::uint64_t{1} << count) - 1) << first;
}

Token absent_token() { return {{Trait::Absent, 0}, seal(0, {Trait::Absent, 0}), 0.1}; }

std::uint64_t exact_token(const Value& value) {
    constexpr Feature kExact{};
    switch (value.kind()) {
        case Kind::String:
            return seal(value.text_hash(), kExact);
        case Kind::Number:
            if (value.number().comparable)
                return seal(rank(value.number().value), {Trait::Number, 0});
            return seal(~value.text_hash(), kExact);
        default:
            return seal(static_cast<std::uint64_t>(value.kind()), kExact);
    }
}

std::uint64_t rank_of(const Value& value) {
    if (value.kind() != Kind::Number || !value.number().comparable)
        return kNoRank;
    return rank(value.number().value);
}

std::uint64_t block_token(std::uint64_t block, Feature feature) { return seal(block, feature); }

std::uint64_t address_token(const Address& address) {
    return seal(block_hash(address, address.is_v6 ? 128 : 32) + (address.is_v6 ? 1 : 0), {Trait::Address, 0});
}

bool token_of(const Value& value, Feature feature, std::uint64_t& token) {
    if (feature.trait == Trait::Number) {
        if (value.kind() != Kind::Number || !value.number().comparable)
            return false;
        token = seal(rank(value.number().value) >> feature.size, feature);
        return true;
    }
    if (feature.trait == Trait::Exact) {
        token = exact_token(value);
        return true;
    }
    if (feature.trait == Trait::Present) {
        token = seal(0, feature);
        return true;
    }
    const auto text = value.text();
    const std::size_t size = feature.size;
    if (value.kind() != Kind::String || (is_of_text(feature.trait) && text.size() < size))
        return false;
    switch (feature.trait) {
        case Trait::Prefix:
            token = seal(hash(text.substr(0, size)), feature);
            return true;
        case Trait::Suffix:
            token = seal(hash(text.substr(text.size() - size)), feature);
            return true;
        case Trait::FoldedPrefix:
            token = seal(folded_hash(text.substr(0, size)), feature);
            return true;
        case Trait::FoldedSuffix:
            token = seal(folded_hash(text.substr(text.size() - size)), feature);
            return true;
        case Trait::Folded:
            token = seal(folded_hash(text), feature);
            return true;
        default:
            return address_token_of(text, feature, token);
    }
}

void tokens_of(const Value& value, Feature feature, std::vector<std::uint64_t>& hashes) {
    if (feature.trait != Trait::Inside) {
        if (std::uint64_t token = 0; token_of(value, feature, token))
            hashes.push_back(token);
        return;
    }
    if (value.kind() != Kind::String)
        return;
    const auto text = value.text();
    for (std::size_t at = 0; at + feature.size <= text.size(); ++at)
        hashes.push_back(seal(hash(text.substr(at, feature.size)), feature));
}

}  // namespace rialto::pattern
