#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace rialto::entities {

/// What the CRF tells apart. Dates and quantities are found by rules.
enum class Kind : std::uint8_t { Per, Loc, Org, Misc, Event, Title, Prod };

inline constexpr int kKinds = 7;
inline constexpr std::array<std::string_view, kKinds> kKindNames{"PER", "LOC", "ORG", "MISC", "EVENT", "TITLE", "PROD"};

/// BILOU labels in an order that makes the transitions dense arrays: a label of 0..14 closes a span (O, U-x, L-x), and
/// after it comes one that opens a span (O, U-x, B-x); inside a span the kind cannot change.
inline constexpr int kOutside = 0;
inline constexpr int kLabels = 29;
inline constexpr int kPaddedLabels = 32;
inline constexpr int kClosing = 15;

constexpr int unit(int kind) { return 1 + kind; }
constexpr int last(int kind) { return 8 + kind; }
constexpr int begin(int kind) { return 15 + kind; }
constexpr int inside(int kind) { return 22 + kind; }

/// The label of the n-th opening state: O, the units, the begins.
constexpr int opening(int n) { return n < 8 ? n : n + 7; }

/// The kind of any label but O.
constexpr int kind_of(int label) { return (label - 1) % kKinds; }

static_assert(kind_of(unit(3)) == 3 && kind_of(last(3)) == 3 && kind_of(begin(3)) == 3 && kind_of(inside(3)) == 3);

}  // namespace rialto::entities
