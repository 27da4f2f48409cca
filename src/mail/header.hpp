#pragma once

#include <string>
#include <string_view>

#include "rialto/mail/message.hpp"

namespace rialto::mail {

/// Each returns one whole header field, CRLF included: ASCII, folded at 78 characters where a space allows it. A name
/// that no header field may have gives an empty string.

/// Free text, such as a subject. ASCII stays as it is, all else becomes encoded words (RFC 2047).
std::string text_field(std::string_view name, std::string_view value);

std::string address_field(std::string_view name, const Address& address);

/// `value` must be printable ASCII.
std::string plain_field(std::string_view name, std::string_view value);

/// The id in angle brackets; characters that no id may have become `_`.
std::string id_field(std::string_view name, std::string_view id);

}  // namespace rialto::mail
