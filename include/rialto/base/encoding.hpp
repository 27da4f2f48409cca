#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rialto {

/// RFC 4648 section 4, padded, on one line.
std::string to_base64(std::string_view bytes);

/// RFC 4648 section 5, without padding.
std::string to_base64url(std::string_view bytes);

/// Either alphabet, padding optional. Nothing if a character or the length is wrong.
std::optional<std::string> from_base64(std::string_view text);

/// Lower case.
std::string to_hex(std::string_view bytes);

/// RFC 3986: everything but the unreserved characters becomes %XX.
std::string percent_encode(std::string_view text);

/// Nothing if a % is not followed by two hexadecimal digits. With `plus_is_space`, as in a form or a query.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

/// Text made safe to stand in HTML, in elements and in quoted attributes.
std::string escape_html(std::string_view text);

/// The 32 bytes of SHA-256 (FIPS 180-4).
std::string sha256(std::string_view bytes);

/// The 16 bytes of MD5 (RFC 1321): for protocols that check transport with it, not against anybody's will.
std::string md5(std::string_view bytes);

}  // namespace rialto
