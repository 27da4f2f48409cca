#pragma once

#include <cstdint>

namespace rialto::pattern {

/// What encode() writes and accepts() reads. Each is followed by what the test of that name needs; a list of tests ends
/// with End.
enum class Op : std::uint8_t {
    End,
    Text,
    Texts,
    Constant,
    Number,
    Digits,
    Address,
    Prefix,
    Suffix,
    FoldedWhole,
    FoldedStart,
    FoldedEnd,
    FormsWhole,
    FormsStart,
    FormsEnd,
    Wildcard,
    Range,
    Block,
    Any,
    AnythingBut,
};

}  // namespace rialto::pattern
