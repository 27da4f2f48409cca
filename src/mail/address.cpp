#include <algorithm>
#include <optional>

#include "mail/text.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/mail/message.hpp"

namespace rialto::mail {
namespace {

constexpr std::size_t kLocalBytes = 64;
constexpr std::size_t kDomainBytes = 255;
constexpr std::size_t kLabelBytes = 63;

Error wrong(std::string message) { return {Errc::InvalidArgument, std::move(message)}; }

bool is_atom_character(char c) {
    return is_alphanumeric(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~"}.find(c) != std::string_view::npos;
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= kLabelBytes && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_atom(std::string_view atom) { return !atom.empty() && std::ranges::all_of(atom, is_atom_character); }

template <class IsPart>
bool all_between_dots(std::string_view text, IsPart is_part) {
    for (std::size_t dot = 0; (dot = text.find('.')) != std::string_view::npos; text.remove_prefix(dot + 1)) {
        if (!is_part(text.substr(0, dot)))
            return false;
    }
    return is_part(text);
}

Status check_characters(std::string_view text) {
    if (!is_utf8(text))
        return wrong("the address is not valid UTF-8");
    for (std::size_t at = 0; at < text.size();) {
        if (is_control(next_character(text, at)))
            return wrong("the address holds a control character");
    }
    return {};
}

Status check_mailbox(std::string_view mailbox) {
    const auto at = mailbox.rfind('@');
    if (at == std::string_view::npos)
        return wrong("an address is local@domain: there is no @");
    const auto local = mailbox.substr(0, at);
    const auto domain = mailbox.substr(at + 1);
    if (!is_ascii(mailbox))
        return wrong("an address is ASCII; write an international domain in its xn-- form");
    if (local.size() > kLocalBytes)
        return wrong("the part before the @ is longer than 64 bytes");
    if (!all_between_dots(local, is_atom))
        return wrong("the part before the @ is not words joined by single dots");
    if (domain.size() > kDomainBytes)
        return wrong("the domain is longer than 255 bytes");
    if (!all_between_dots(domain, is_label))
        return wrong("the domain is not letters, digits and hyphens joined by single dots");
    return {};
}

Result<std::string> unquote(std::string_view quoted) {
    std::string name;
    for (std::size_t at = 1; at + 1 < quoted.size(); ++at) {
        if (quoted[at] == '"')
            return wrong("the name has a double quote inside its quotes; write \\\"");
        if (quoted[at] == '\\' && ++at + 1 == quoted.size())
            return wrong("the name's closing quote is missing");
        name += quoted[at];
    }
    return name;
}

Result<std::string> parse_name(std::string_view name) {
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
        return unquote(name);
    if (name.find_first_of("()<>[]:;@\\,\"") != std::string_view::npos)
        return wrong("a name with any of ()<>[]:;@\\,\" must stand in double quotes");
    return std::string{name};
}

}  // namespace

Result<Address> Address::parse(std::string_view text) {
    text = trim(text);
    if (auto checked = check_characters(text); !checked)
        return checked.error();

    Address address;
    if (text.ends_with('>')) {
        const auto open = text.rfind('<');
        if (open == std::string_view::npos)
            return wrong("there is a > without its <");
        auto name = parse_name(trim(text.substr(0, open)));
        if (!name)
            return name.error();
        address.name = std::move(*name);
        text = text.substr(open + 1, text.size() - open - 2);
    }
    if (auto checked = check_mailbox(text); !checked)
        return checked.error();
    address.mailbox = text;
    return address;
}

}  // namespace rialto::mail
