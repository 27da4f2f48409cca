#include "mail/body.hpp"

#include <algorithm>

#include "mail/text.hpp"
#include "rialto/base/encoding.hpp"

namespace rialto::mail {
namespace {

constexpr std::size_t kLine = 76;
constexpr std::string_view kLineEnd = "\r\n";

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    ((out += '=') += kDigits[byte >> 4]) += kDigits[byte & 15];
}

bool must_escape(char c, bool is_line_start, std::string_view rest) {
    if (c == ' ' || c == '\t')
        return rest.empty();
    if (c == '=' || c < ' ' || c > '~')  // a char above 0x7F is negative, hence below ' ', or above '~'
        return true;
    return is_line_start && (c == '.' || (c == 'F' && rest.starts_with("rom ")));
}

void append_line(std::string& out, std::string_view line) {
    std::size_t column = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const auto rest = line.substr(at + 1);
        const std::size_t room = rest.empty() ? kLine : kLine - 1;  // the last column is for the "=" of a soft break
        if (column + (must_escape(line[at], column == 0, rest) ? 3 : 1) > room) {
            out.append("=").append(kLineEnd);
            column = 0;
        }
        const auto before = out.size();
        if (must_escape(line[at], column == 0, rest))
            append_escaped(out, line[at]);
        else
            out += line[at];
        column += out.size() - before;
    }
    out += kLineEnd;
}

std::size_t base64_size(std::size_t bytes) {
    const auto characters = (bytes + 2) / 3 * 4;
    return characters + (characters + kLine - 1) / kLine * kLineEnd.size();
}

}  // namespace

std::string quoted_printable(std::string_view crlf_text) {
    std::string out;
    out.reserve(crlf_text.size() + crlf_text.size() / 8);
    while (!crlf_text.empty()) {
        const auto end = crlf_text.find(kLineEnd);
        append_line(out, crlf_text.substr(0, end));
        crlf_text.remove_prefix(end == std::string_view::npos ? crlf_text.size() : end + kLineEnd.size());
    }
    return out;
}

std::string base64_lines(std::string_view bytes) {
    constexpr std::size_t kBytes = kLine / 4 * 3;
    std::string out;
    out.reserve(base64_size(bytes.size()));
    for (; !bytes.empty(); bytes.remove_prefix(std::min(kBytes, bytes.size())))
        out.append(to_base64(bytes.substr(0, kBytes))).append(kLineEnd);
    return out;
}

EncodedBody encode_body(std::string_view text) {
    const auto lines = crlf_lines(text);
    auto quoted = quoted_printable(lines);
    if (quoted.size() <= base64_size(lines.size()))
        return {"quoted-printable", std::move(quoted)};
    return {"base64", base64_lines(lines)};
}

}  // namespace rialto::mail
