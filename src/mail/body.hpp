#pragma once

#include <string>
#include <string_view>

namespace rialto::mail {

/// RFC 2045 section 6.7. Lines in and out end with CRLF and have at most 76 characters. No line starts with a dot or
/// with "From ", so that no relay changes it. Never contains "=_".
std::string quoted_printable(std::string_view crlf_text);

/// Base64 on lines of 76 characters, each ended by CRLF.
std::string base64_lines(std::string_view bytes);

struct EncodedBody {
    std::string_view encoding;  ///< For Content-Transfer-Encoding.
    std::string text;           ///< 7-bit, ends with CRLF.
};

/// The shorter of the two.
EncodedBody encode_body(std::string_view text);

}  // namespace rialto::mail
