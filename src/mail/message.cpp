#include "rialto/mail/message.hpp"

#include "mail/body.hpp"
#include "mail/header.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/base/time.hpp"

namespace rialto::mail {
namespace {

std::string header(const Message& message) {
    std::string out = address_field("From", message.from);
    out += address_field("To", message.to);
    out += text_field("Subject", message.subject);
    out += plain_field("Date", rialto::to_rfc5322(message.date));
    if (!message.message_id.empty())
        out += id_field("Message-ID", message.message_id);
    for (const auto& [name, value] : message.headers)
        out += text_field(name, value);
    out += plain_field("MIME-Version", "1.0");
    return out;
}

/// The fields and the body of `text`, which the caller puts after its own fields or after a delimiter.
std::string part(std::string_view type, std::string_view text) {
    const auto body = encode_body(text);
    std::string out = plain_field("Content-Type", std::string{type} + "; charset=utf-8");
    out += plain_field("Content-Transfer-Encoding", body.encoding);
    return out.append("\r\n").append(body.text);
}

/// Stands in no part whatever the texts are: "=_" occurs neither in quoted-printable, where = is followed by two digits
/// or the line's end, nor in base64, where it ends the text, nor in the fields of a part.
std::string boundary(std::string_view first, std::string_view second) {
    std::string seed{first};
    seed.append(1, '\0').append(second);
    return "=_" + to_hex(sha256(seed)).substr(0, 32);
}

std::string alternatives(std::string_view first, std::string_view second) {
    const auto mark = boundary(first, second);
    std::string out = plain_field("Content-Type", "multipart/alternative; boundary=\"" + mark + "\"");
    out.append("\r\n--").append(mark).append("\r\n").append(first);
    out.append("\r\n--").append(mark).append("\r\n").append(second);
    return out.append("\r\n--").append(mark).append("--\r\n");
}

}  // namespace

std::string to_rfc5322(const Message& message) {
    const auto text = part("text/plain", message.text);
    if (message.html.empty())
        return header(message) + text;
    return header(message) + alternatives(text, part("text/html", message.html));
}

}  // namespace rialto::mail
