#pragma once

#include <string_view>

namespace rialto::oracle {

/// equals-ignore-case and its relatives: each character of `wanted` may be spelled as its lower or its upper case,
/// which may be several characters. Beyond the BMP a character has only itself. All texts are UTF-8.
bool folded_equals(std::string_view text, std::string_view wanted);
bool folded_prefix(std::string_view text, std::string_view wanted);
bool folded_suffix(std::string_view text, std::string_view wanted);

}  // namespace rialto::oracle
