#include "api/rest/cloud_event.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "api/media_type.hpp"
#include "api/rest/cloud_event_attributes.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::api {
namespace {

constexpr std::size_t kMaxMembers = 1000;  // more than attributes are allowed, so that looking for one stays cheap

Error invalid(std::string message) { return {Errc::InvalidArgument, std::move(message)}; }

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t'))
        text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t'))
        text.remove_suffix(1);
    return text;
}

/// Without the quotes, and the backslashes in them, if it has any (RFC 9110 section 5.6.4).
std::string unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"')
        return std::string{text};
    std::string out;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            ++i;
        out += text[i];
    }
    return out;
}

std::string header_name(std::string_view attribute) { return "ce-" + std::string{attribute}; }

/// Takes a header in, if it is one of an attribute.
Status read_header(const std::string& name, std::string_view value, std::vector<json::Member>& attributes) {
    std::string attribute = lower(name);
    if (!attribute.starts_with("ce-"))
        return {};
    attribute.erase(0, 3);
    if (!is_utf8(attribute))
        return invalid("the name of a ce- header is not UTF-8");
    if (attribute == "data" || attribute == "datacontenttype")
        return invalid(header_name(attribute) + " is not allowed: the body is the data, and Content-Type is its type");
    if (std::ranges::find(attributes, attribute, &json::Member::first) != attributes.end())
        return invalid(header_name(attribute) + " stands there twice");
    auto text = percent_decode(unquoted(trimmed(value)));
    if (!text || !is_utf8(*text))
        return invalid(header_name(attribute) + " must be percent-encoded UTF-8");
    attributes.emplace_back(std::move(attribute), std::move(*text));
    return {};
}

Result<json::Object> read_headers(const http::RequestHead& head) {
    std::vector<json::Member> attributes;
    for (const auto& [name, value] : head.headers)
        if (Status read = read_header(name, value, attributes); !read)
            return std::move(read).error();
    if (const auto type = head.headers.find("Content-Type")) {
        if (!is_utf8(*type))
            return invalid("Content-Type is not UTF-8");
        attributes.emplace_back("datacontenttype", *type);
    }
    return json::Object{std::move(attributes)};
}

bool is_json(std::string_view type) {
    return type == "application/json" || type == "text/json" || type.ends_with("+json");
}

/// A type of text, which is in UTF-8 as far as it says.
bool is_utf8_text(std::string_view type, std::string_view charset) {
    const bool is_text = type.starts_with("text/") || type == "application/xml" || type.ends_with("+xml");
    return is_text && (charset.empty() || charset == "utf-8" || charset == "us-ascii");
}

/// The data of binary mode. Whether bytes are text is what their type says, so that one kind of event has one shape.
Status read_body(const http::Request& request, CloudEvent& event) {
    const std::string type = lower(media_type(request));
    const std::string charset = charset_of(request.headers.find("Content-Type").value_or(""));
    if (request.body.empty())
        return {};
    if (is_json(type)) {
        auto value = json::parse(request.body, {.depth = kCloudEventDepth - 1});
        if (!value)
            return std::move(value).error().within("the body");
        event.data = std::move(*value);
    } else if (is_utf8_text(type, charset) && is_utf8(request.body)) {
        event.data = request.body;
    } else {
        event.data = to_base64(request.body);
        event.is_base64 = true;
    }
    return {};
}

Status take_member(json::Member member, std::vector<json::Member>& attributes, CloudEvent& event) {
    auto& [name, value] = member;
    const bool is_data = name == "data" || name == "data_base64";
    if (value.is_null() && name != "data")
        return {};
    if (!is_data) {
        attributes.push_back(std::move(member));
        return {};
    }
    if (event.data)
        return invalid("the event has both \"data\" and \"data_base64\"");
    event.is_base64 = name == "data_base64";
    if (event.is_base64 && (!value.as_string() || !from_base64(*value.as_string())))
        return invalid("\"data_base64\" must be base64");
    event.data = std::move(value);
    return {};
}

}  // namespace

const std::string* CloudEvent::text(std::string_view name) const {
    const json::Value* value = attributes.find(name);
    return value ? value->as_string() : nullptr;
}

Result<CloudEvent> cloud_event_from_json(json::Value value) {
    json::Object* members = value.as_object();
    if (!members)
        return invalid("an event must be an object, not " + std::string{value.type_name()});
    if (members->size() > kMaxMembers)
        return invalid("the event has more than 64 attributes");
    CloudEvent event;
    std::vector<json::Member> attributes;
    for (auto& member : *members)
        if (Status taken = take_member(std::move(member), attributes, event); !taken)
            return std::move(taken).error();
    event.attributes = json::Object{std::move(attributes)};
    if (Status valid = check_attributes(event.attributes, json::quote); !valid)
        return std::move(valid).error();
    return event;
}

Result<CloudEvent> cloud_event_from_binary(const http::Request& request) {
    auto attributes = read_headers(request);
    if (!attributes)
        return std::move(attributes).error();
    CloudEvent event{.attributes = std::move(*attributes), .data = std::nullopt, .is_base64 = false};
    const auto shown = [](std::string_view name) {
        return name == "datacontenttype" ? std::string{"Content-Type"} : header_name(name);
    };
    if (Status valid = check_attributes(event.attributes, shown); !valid)
        return std::move(valid).error();
    if (Status read = read_body(request, event); !read)
        return std::move(read).error();
    return event;
}

std::string charset_of(std::string_view content_type) {
    for (auto semicolon = content_type.find(';'); semicolon != std::string_view::npos;
         semicolon = content_type.find(';')) {
        content_type.remove_prefix(semicolon + 1);
        const std::string_view parameter = trimmed(content_type.substr(0, content_type.find(';')));
        const auto equals = parameter.find('=');
        if (equals != std::string_view::npos && lower(parameter.substr(0, equals)) == "charset")
            return lower(unquoted(parameter.substr(equals + 1)));
    }
    return {};
}

}  // namespace rialto::api
