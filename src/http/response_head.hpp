#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "rialto/base/clock.hpp"
#include "rialto/http/message.hpp"

namespace rialto::http {

/// How an answer's body and connection are announced.
struct Framing {
    enum class Body { Length, Chunked, UntilClose };

    Body body = Body::Length;
    std::size_t length = 0;
    bool http_1_0 = false;
    bool keep_alive = true;
};

/// Appends status line and header fields. Names and values are cleaned, so that nothing a handler puts there can end a
/// line; fields that belong to the connection (Content-Length, Connection, ...) are written here and taken from nobody
/// else.
void write_head(std::string& out, const Response& response, const Framing& framing, std::string_view request_id,
                TimePoint now);

/// RFC 9110 section 5.6.7: `Sat, 31 Jan 2026 08:15:30 GMT`.
std::string to_http_date(TimePoint time);

/// `value` without control characters.
std::string clean_value(std::string_view value);

/// Whether a handler's field of that name may go out.
bool is_handlers_field(std::string_view name);

/// 204, 304 and 1xx answers have no body (RFC 9110 section 6.4.1).
bool has_body(int status);

}  // namespace rialto::http
