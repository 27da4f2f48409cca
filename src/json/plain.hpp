#pragma once

namespace rialto::json {

/// Whether a byte stands in a JSON string as it is. For prefix_length(): no branches.
constexpr bool is_plain(char c) {
    return static_cast<bool>((static_cast<unsigned char>(c) >= 0x20) & (c != '"') & (c != '\\'));
}

}  // namespace rialto::json
