#include "api/rest/cloud_event_attributes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "rialto/base/time.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::api {
namespace {

constexpr std::size_t kMaxAttributes = 64;
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxValue = 4096;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_some(std::string_view text) { return !text.empty(); }
bool is_version(std::string_view text) { return text == "1.0"; }
bool is_time(std::string_view text) { return from_rfc3339(text).has_value(); }

/// The characters of RFC 3986, with escapes that are whole.
bool is_uri_reference(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool is_escape = c == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
        if (!is_letter(c) && !is_digit(c) && !is_escape && !std::string_view{"-._~:/?#[]@!$&'()*+,;="}.contains(c))
            return false;
    }
    return !text.empty();
}

bool is_uri(std::string_view text) {
    const auto colon = text.find(':');
    const auto is_in_scheme = [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; };
    return colon != std::string_view::npos && is_letter(text[0]) &&
           std::ranges::all_of(text.substr(0, colon), is_in_scheme) && is_uri_reference(text);
}

/// `type/subtype`, perhaps with parameters (RFC 9110 section 8.3.1), which are not looked at.
bool is_media_type_text(std::string_view text) {
    const auto is_token = [](std::string_view part) {
        return !part.empty() && std::ranges::all_of(part, [](char c) {
            return is_letter(c) || is_digit(c) || std::string_view{"!#$%&'*+-.^_`|~"}.contains(c);
        });
    };
    std::string_view type = text.substr(0, text.find(';'));
    while (type.ends_with(' ') || type.ends_with('\t'))
        type.remove_suffix(1);
    const auto slash = type.find('/');
    return slash != std::string_view::npos && is_token(type.substr(0, slash)) && is_token(type.substr(slash + 1));
}

/// The attributes of the specification.
struct Rule {
    std::string_view name;
    bool is_required;
    bool (*is_valid)(std::string_view);
    std::string_view demand;
};
constexpr std::array<Rule, 8> kRules{{
    {"specversion", true, is_version, "must be \"1.0\""},
    {"id", true, is_some, "must not be empty"},
    {"source", true, is_uri_reference, "must be a URI reference, and not empty"},
    {"type", true, is_some, "must not be empty"},
    {"subject", false, is_some, "must not be empty"},
    {"time", false, is_time, "must be an RFC 3339 time"},
    {"datacontenttype", false, is_media_type_text, "must be a media type"},
    {"dataschema", false, is_uri, "must be an absolute URI"},
}};

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxName &&
           std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c); });
}

bool has_control_character(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (c < 0x20 || (c >= 0x7F && c <= 0x9F))
            return true;
    }
    return false;
}

bool is_simple(const json::Value& value) {
    const auto number = value.as_int64();
    const bool is_integer = number && *number >= std::numeric_limits<std::int32_t>::min() &&
                            *number <= std::numeric_limits<std::int32_t>::max();
    return value.as_string() || value.as_bool() || is_integer;
}

/// What is wrong with an attribute of whatever name.
std::optional<std::string_view> fault_of(const json::Value& value) {
    if (!is_simple(value))
        return "must be a string, a boolean or an integer of 32 bits";
    const std::string* text = value.as_string();
    if (text && text->size() > kMaxValue)
        return "must not be longer than 4096 bytes";
    if (text && has_control_character(*text))
        return "must not have control characters";
    return std::nullopt;
}

/// The same for one that the specification names.
std::optional<std::string_view> fault_of(const json::Value* value, const Rule& rule) {
    if (!value)
        return rule.is_required ? std::optional<std::string_view>{"is missing"} : std::nullopt;
    const std::string* text = value->as_string();
    if (!text)
        return "must be a string";
    return rule.is_valid(*text) ? std::nullopt : std::optional{rule.demand};
}

Error wrong(const std::string& name, std::string_view how) {
    return {Errc::InvalidArgument, name + " " + std::string{how}};
}

}  // namespace

Status check_attributes(const json::Object& attributes, const AttributeName& shown) {
    if (attributes.size() > kMaxAttributes)
        return Error{Errc::InvalidArgument, "the event has more than 64 attributes"};
    for (const auto& [name, value] : attributes) {
        if (!is_name(name))
            return wrong(shown(utf8_prefix(name, kMaxName)),
                         "is not a name of an attribute: 1 to 64 lower-case letters and digits");
        if (const auto fault = fault_of(value))
            return wrong(shown(name), *fault);
    }
    for (const auto& rule : kRules)
        if (const auto fault = fault_of(attributes.find(rule.name), rule))
            return wrong(shown(rule.name), *fault);
    return {};
}

}  // namespace rialto::api
