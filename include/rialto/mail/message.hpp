#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"

namespace rialto::mail {

/// A mailbox: `Name <local@domain>`. The parts never hold control characters.
struct Address {
    std::string name;  ///< UTF-8, may be empty.
    std::string mailbox;

    /// `local@domain` or `Name <local@domain>` (RFC 5321 limits: 64 and 255 bytes). Quoted local parts, comments and
    /// address literals are refused; the domain may be a single label such as `localhost`. InvalidArgument says what is
    /// wrong.
    static Result<Address> parse(std::string_view text);
};

/// A mail as its author thinks of it. All texts are UTF-8; line ends may be LF or CRLF.
struct Message {
    Address from;
    Address to;
    std::string subject;
    std::string message_id;  ///< Without the angle brackets; empty: none, and the relay may add one.
    TimePoint date;
    std::string text;
    std::string html;
    /// Further header fields, such as List-Unsubscribe. Control characters in a value become spaces; a field whose name
    /// RFC 5322 does not allow is left out.
    std::vector<std::pair<std::string, std::string>> headers;
};

/// The message as it goes over the wire (RFC 5322, MIME multipart/alternative, or text/plain if `html` is empty): CRLF
/// line ends, lines of at most 78 characters where possible and never above 998, 7-bit clean: headers by RFC 2047,
/// bodies quoted-printable or base64. No text given can add a header field or a part. Bytes that are not UTF-8 become
/// U+FFFD. The same message gives the same bytes.
std::string to_rfc5322(const Message& message);

}  // namespace rialto::mail
