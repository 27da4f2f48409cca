#include "queues/properties.hpp"

#include <algorithm>

#include "rialto/base/encoding.hpp"
#include "rialto/json/object_writer.hpp"
#include "rialto/json/value.hpp"

namespace rialto::queues {
namespace {

/// [type, value], of a binary one in base64.
std::string write_attributes(const MessageAttributes& attributes) {
    json::ObjectWriter writer;
    for (const auto& [name, attribute] : attributes) {
        const std::string& value = attribute.value;
        writer.json(name, json::write_array({json::quote(attribute.type),
                                             json::quote(attribute.is_binary() ? to_base64(value) : value)}));
    }
    return writer.finish();
}

std::string text_of(const json::Value* value) {
    return value != nullptr && value->as_string() != nullptr ? *value->as_string() : std::string{};
}

MessageAttributes read_attributes(const json::Value* value) {
    MessageAttributes attributes;
    if (value == nullptr || value->as_object() == nullptr)
        return attributes;
    for (const auto& [name, pair] : *value->as_object()) {
        const json::Array* parts = pair.as_array();
        if (parts == nullptr || parts->size() != 2)
            continue;
        MessageAttribute attribute{text_of(&parts->front()), text_of(&parts->back())};
        if (attribute.is_binary())
            attribute.value = from_base64(attribute.value).value_or("");
        attributes.emplace(name, std::move(attribute));
    }
    return attributes;
}

}  // namespace

std::string properties_of(const Draft& draft, const std::string& unique) {
    json::ObjectWriter writer;
    writer.text("sender", draft.sender);
    if (!unique.empty())
        writer.text("unique", unique);
    if (!draft.attributes.empty())
        writer.json("attributes", write_attributes(draft.attributes));
    if (const auto trace = draft.system.find("AWSTraceHeader"); trace != draft.system.end())
        writer.text("trace", trace->second.value);
    return writer.finish();
}

void read_properties(const std::string& text, Message& message) {
    const auto value = json::parse(text);
    if (!value)
        return;  // written by us, so it cannot be; the body is what matters
    message.system.emplace("SenderId", text_of(value->find("sender")));
    if (const auto* unique = value->find("unique"))
        message.system.emplace("MessageDeduplicationId", text_of(unique));
    if (const auto* trace = value->find("trace"))
        message.system.emplace("AWSTraceHeader", text_of(trace));
    message.attributes = read_attributes(value->find("attributes"));
}

std::string sequence_text(std::int64_t sequence) {
    constexpr std::size_t kDigits = 16;
    const std::string digits = std::to_string(sequence);
    return "1885" + std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
}

std::string write_texts(const std::map<std::string, std::string>& texts) {
    json::ObjectWriter writer;
    for (const auto& [name, value] : texts)
        writer.text(name, value);
    return writer.finish();
}

std::map<std::string, std::string> read_texts(const std::string& text) {
    std::map<std::string, std::string> texts;
    const auto value = json::parse(text);
    if (value && value->as_object() != nullptr)
        for (const auto& [name, one] : *value->as_object())
            texts.emplace(name, text_of(&one));
    return texts;
}

}  // namespace rialto::queues
