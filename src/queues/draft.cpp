#include "queues/draft.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "rialto/base/utf8.hpp"

namespace rialto::queues {
namespace {

constexpr std::size_t kMostAttributes = 10;
constexpr std::size_t kLongestName = 256;
constexpr std::size_t kLongestToken = 128;
constexpr std::int64_t kLongestDelay = 900;
constexpr std::size_t kLongestTrace = 500;  // as PutEvents bounds its TraceHeader

std::unexpected<Refusal> invalid(std::string message) {
    return refuse(Fault::InvalidParameterValue, std::move(message));
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// What XML 1.0 can carry.
bool is_xml(std::string_view text) {
    // No early end, so that it is done many bytes at a time.
    const auto special = std::ranges::count_if(text, [](unsigned char c) { return c < 0x20 || c >= 0x7F; });
    if (special == 0)
        return true;
    if (!is_utf8(text))
        return false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF)
            return false;
    }
    return true;
}

Answer<void> check_characters(const std::string& text) {
    if (is_xml(text))
        return {};
    return refuse(Fault::InvalidMessageContents,
                  "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to "
                  "#xFFFD | #x10000 to #x10FFFF");
}

Answer<void> check_attribute_name(const std::string& name) {
    if (name.empty())
        return invalid("The request must contain non-empty message attribute names.");
    if (name.size() > kLongestName)
        return invalid("Length of message attribute name must be less than 256 bytes.");
    const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; };
    const bool dots = name.starts_with('.') || name.ends_with('.') || name.find("..") != std::string::npos;
    if (dots || !std::ranges::all_of(name, allowed))
        return invalid("The message attribute name '" + name +
                       "' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period "
                       "(.) characters.");
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (lower.starts_with("aws.") || lower.starts_with("amazon."))
        return invalid(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for "
            "internal use.");
    return {};
}

bool begins_number(char c) { return c == '.' || (c >= '0' && c <= '9'); }

bool is_number(std::string_view text) {
    const auto begin = text.find_first_not_of("+-");
    if (begin > 1 || !begins_number(text[begin]))
        return false;  // from_chars takes names, as nan, too
    double number = 0;
    const std::string_view digits = text.substr(begin);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error != std::errc::invalid_argument && end == digits.data() + digits.size();
}

Answer<void> check_attribute(const std::string& name, const MessageAttribute& attribute) {
    if (attribute.type.empty())
        return invalid("The message attribute '" + name + "' must contain a non-empty message attribute type.");
    const std::string_view type = attribute.type;
    const auto base = type.substr(0, type.find('.'));
    if ((base != "String" && base != "Number" && base != "Binary") || type.size() > kLongestName)
        return invalid(
            "The type of message (user) attribute '" + name +
            "' is invalid. You must use only the following supported type prefixes: Binary, Number, String.");
    if (attribute.value.empty())
        return invalid("Message (user) attribute '" + name + "' must contain a non-empty value of type '" +
                       std::string{base == "Number" ? "String" : base} + "'.");
    if (base == "Number" && !is_number(attribute.value))
        return invalid("Can't cast the value of message (user) attribute '" + name + "' to a number.");
    return attribute.is_binary() ? Answer<void>{} : check_characters(attribute.value);
}

Answer<void> check_attributes(const MessageAttributes& attributes) {
    if (attributes.size() > kMostAttributes)
        return invalid("Number of message attributes [" + std::to_string(attributes.size()) +
                       "] exceeds the allowed maximum [10].");
    for (const auto& [name, attribute] : attributes) {
        if (auto named = check_attribute_name(name); !named)
            return named;
        if (auto valid = check_attribute(name, attribute); !valid)
            return valid;
    }
    return {};
}

Answer<void> check_system_attributes(const MessageAttributes& attributes) {
    for (const auto& [name, attribute] : attributes) {
        if (name != "AWSTraceHeader")
            return invalid("Message system attribute '" + name + "' is invalid.");
        if (attribute.type != "String" || attribute.value.empty())
            return invalid(
                "Message system attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.");
        if (attribute.value.size() > kLongestTrace)
            return invalid("Message system attribute 'AWSTraceHeader' must be at most 500 bytes long.");
        if (auto valid = check_characters(attribute.value); !valid)
            return valid;
    }
    return {};
}

Answer<void> check_token(const std::string& name, const std::string& value) {
    const bool visible = std::ranges::all_of(value, [](char c) { return c > ' ' && c < 0x7F; });
    if (visible && !value.empty() && value.size() <= kLongestToken)
        return {};
    return invalid("Value " + value + " for parameter " + name + " is invalid. Reason: " + name +
                   " can only include alphanumeric and punctuation characters. 1 to 128 in length.");
}

Answer<void> not_for_this_queue(const std::string& name, const std::string& value) {
    return invalid("Value " + value + " for parameter " + name +
                   " is invalid. Reason: The request include parameter that is not valid for this queue type.");
}

Answer<void> check_order(const Draft& draft, const Settings& settings) {
    if (draft.group)
        if (auto valid = check_token("MessageGroupId", *draft.group); !valid)
            return valid;
    if (!settings.fifo)
        return draft.unique ? not_for_this_queue("MessageDeduplicationId", *draft.unique) : Answer<void>{};
    if (draft.delay && *draft.delay != 0)
        return not_for_this_queue("DelaySeconds", std::to_string(*draft.delay));
    if (!draft.group)
        return refuse(Fault::MissingParameter, "The request must contain the parameter MessageGroupId.");
    if (draft.unique)
        return check_token("MessageDeduplicationId", *draft.unique);
    if (!settings.unique_by_content)
        return invalid(
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
            "explicitly");
    return {};
}

}  // namespace

Answer<void> check(const Draft& draft, const Settings& settings) {
    if (draft.body.empty())
        return refuse(Fault::MissingParameter, "The request must contain the parameter MessageBody.");
    if (std::cmp_greater(size_of(draft), settings.max_message))
        return invalid("One or more parameters are invalid. Reason: Message must be shorter than " +
                       std::to_string(settings.max_message) + " bytes.");
    if (auto valid = check_characters(draft.body); !valid)
        return valid;
    if (draft.delay && (*draft.delay < 0 || *draft.delay > kLongestDelay))
        return invalid("Value " + std::to_string(*draft.delay) +
                       " for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.");
    if (auto valid = check_attributes(draft.attributes); !valid)
        return valid;
    if (auto valid = check_system_attributes(draft.system); !valid)
        return valid;
    return check_order(draft, settings);
}

}  // namespace rialto::queues
