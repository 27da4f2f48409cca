#include "mail/header.hpp"

#include <algorithm>

#include "mail/text.hpp"
#include "rialto/base/encoding.hpp"

namespace rialto::mail {
namespace {

constexpr std::size_t kLine = 78;
constexpr std::size_t kEncodedLine = 76;    // RFC 2047 section 2: of a line with encoded words
constexpr std::size_t kLongestChunk = 900;  // Well below the 998 of a line, as nothing can fold it.
constexpr std::string_view kFold = "\r\n ";
constexpr std::string_view kBase64 = "=?UTF-8?B?";
constexpr std::string_view kQuoted = "=?UTF-8?Q?";
constexpr std::string_view kEnd = "?=";
constexpr std::size_t kWordFrame = kBase64.size() + kEnd.size();

bool is_printable(char c) { return c > ' ' && c < 0x7F; }

bool is_field_name(std::string_view name) {
    return !name.empty() && name.size() < kLine &&
           std::ranges::all_of(name, [](char c) { return is_printable(c) && c != ':'; });
}

/// A word and the spaces before it: what folding keeps together.
std::size_t chunk_size(std::string_view text) {
    return std::min(text.find(' ', std::min(text.find_first_not_of(' '), text.size())), text.size());
}

std::size_t longest_chunk(std::string_view text) {
    std::size_t longest = 0;
    for (; !text.empty(); text.remove_prefix(chunk_size(text)))
        longest = std::max(longest, chunk_size(text));
    return longest;
}

// A text with "=?" in it would be read as encoded words that nobody wrote.
bool can_stay_plain(std::string_view line) {
    return is_ascii(line) && line.find("=?") == std::string_view::npos && longest_chunk(line) <= kLongestChunk;
}

/// Breaks before a run of spaces, which then starts the next line: joined again, the text is the same.
void append_folded(std::string& out, std::string_view text, std::size_t column) {
    while (!text.empty()) {
        const auto size = chunk_size(text);
        if (column + size > kLine && text.front() == ' ') {
            out += "\r\n";
            column = 0;
        }
        out += text.substr(0, size);
        column += size;
        text.remove_prefix(size);
    }
}

/// The strict form of Q, which may stand in a name as well (RFC 2047 section 5, rule 3).
std::string q_encode(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (is_alphanumeric(c) || std::string_view{"!*+-/"}.find(c) != std::string_view::npos)
            out += c;
        else if (c == ' ')
            out += '_';
        else
            ((out += '=') += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4]) += "0123456789ABCDEF"[c & 15];
    }
    return out;
}

std::size_t encoded_size(std::string_view text, bool base64) {
    return base64 ? (text.size() + 2) / 3 * 4 : q_encode(text).size();
}

/// As many bytes from the start of `text` as fit into `room` when encoded, and no half of a code point; at least one
/// code point.
std::size_t fitting_prefix(std::string_view text, std::size_t room, bool base64) {
    std::size_t end = 0;
    std::size_t used = 0;
    while (end < text.size()) {
        std::size_t next = end;
        (void)next_character(text, next);
        used = base64 ? encoded_size(text.substr(0, next), true)
                      : used + encoded_size(text.substr(end, next - end), false);
        if (used > room && end > 0)
            break;
        end = next;
    }
    return end;
}

/// `column` is where the first word starts; too far right, the words start on a line of their own.
std::string encode_words(std::string_view text, std::size_t column) {
    constexpr std::size_t kRoomWorthUsing = 24;
    const bool base64 = encoded_size(text, true) < encoded_size(text, false);
    std::string out;
    if (column + kWordFrame + kRoomWorthUsing > kEncodedLine) {
        out += kFold;
        column = 1;
    }
    while (!text.empty()) {
        const auto size = fitting_prefix(text, kEncodedLine - column - kWordFrame, base64);
        const auto part = text.substr(0, size);
        out.append(base64 ? kBase64 : kQuoted).append(base64 ? to_base64(part) : q_encode(part)).append(kEnd);
        text.remove_prefix(size);
        if (!text.empty())
            out += kFold;
        column = 1;
    }
    return out;
}

std::size_t last_line_size(std::string_view text) {
    const auto end = text.rfind('\n');
    return end == std::string_view::npos ? text.size() : text.size() - end - 1;
}

std::string quote(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out += '"';
}

// Words of letters and digits need no quotes.
std::string as_phrase(std::string_view name) {
    const bool is_plain =
        std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == ' ' || c == '-' || c == '_'; });
    return is_plain && name.find("  ") == std::string_view::npos ? std::string{name} : quote(name);
}

// A mailbox is ASCII without spaces by Address::parse; this holds for one that did not come from there, too.
std::string safe_mailbox(std::string_view mailbox) {
    std::string out{mailbox};
    std::ranges::replace_if(out, [](char c) { return !is_printable(c) || c == '<' || c == '>'; }, '_');
    return out.substr(0, kLongestChunk);
}

}  // namespace

std::string plain_field(std::string_view name, std::string_view value) {
    if (!is_field_name(name))
        return {};
    std::string field{name};
    field += ':';
    append_folded(field, std::string{" "}.append(value), field.size());
    return field += "\r\n";
}

std::string text_field(std::string_view name, std::string_view value) {
    const auto line = single_line(value);
    const auto text = trim(line);
    if (can_stay_plain(text))
        return plain_field(name, text);
    if (!is_field_name(name))
        return {};
    std::string field{name};
    field += ": ";
    return field.append(encode_words(text, field.size())).append("\r\n");
}

std::string address_field(std::string_view name, const Address& address) {
    const auto mailbox = safe_mailbox(address.mailbox);
    const auto line = single_line(address.name);
    const auto shown = trim(line);
    if (shown.empty())
        return plain_field(name, mailbox);
    if (const auto phrase = as_phrase(shown); can_stay_plain(phrase))
        return plain_field(name, phrase + " <" + mailbox + ">");
    std::string field{name};
    field += ": ";
    field += encode_words(shown, field.size());
    append_folded(field, " <" + mailbox + ">", last_line_size(field));
    return field += "\r\n";
}

std::string id_field(std::string_view name, std::string_view id) {
    return plain_field(name, "<" + safe_mailbox(id) + ">");
}

}  // namespace rialto::mail
