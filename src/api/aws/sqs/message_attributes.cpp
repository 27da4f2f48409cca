#include "api/aws/sqs/message_attributes.hpp"

#include <algorithm>
#include <utility>

#include "rialto/base/encoding.hpp"

namespace rialto::api::aws::sqs {
namespace {

Outcome<queues::MessageAttribute> read_attribute(const std::string& name, const json::Object& given) {
    if (given.find("StringListValues") != nullptr || given.find("BinaryListValues") != nullptr)
        return fail(Exception::InvalidParameterValue,
                    "Message attribute list values in SendMessage operation are not supported.");
    queues::MessageAttribute attribute{text_of(given, "DataType"), text_of(given, "StringValue")};
    if (!attribute.is_binary())
        return attribute;
    auto bytes = from_base64(text_of(given, "BinaryValue"));
    if (!bytes)
        return fail(Exception::InvalidParameterValue,
                    "The value of message (user) attribute '" + name + "' is not valid base64.");
    attribute.value = std::move(*bytes);
    return attribute;
}

bool is_wanted(const std::string& name, const std::string& wanted) {
    if (wanted == "All" || wanted == ".*" || wanted == name)
        return true;
    constexpr std::string_view kAny = ".*";
    return wanted.ends_with(kAny) && name.starts_with(wanted.substr(0, wanted.size() - kAny.size()));
}

}  // namespace

Shape message_attribute() {
    return structure(
        "MessageAttributeValue",
        {optional("StringValue", string()), optional("BinaryValue", string()),
         optional("StringListValues", list(string()).flattened("StringListValue")),
         optional("BinaryListValues", list(string()).flattened("BinaryListValue")), optional("DataType", string())});
}

Shape message_attribute_map(const char* entry) {
    return map(string(), message_attribute()).flattened(entry, "Name", "Value");
}

Outcome<queues::MessageAttributes> read_attributes(const json::Object& input, std::string_view name) {
    queues::MessageAttributes attributes;
    const json::Value* given = input.find(name);
    if (given == nullptr)
        return attributes;
    for (const auto& [key, value] : *given->as_object()) {
        auto attribute = read_attribute(key, *value.as_object());
        if (!attribute)
            return std::unexpected{std::move(attribute.error())};
        attributes.insert_or_assign(key, std::move(*attribute));
    }
    return attributes;
}

json::Object write_attributes(const queues::MessageAttributes& attributes) {
    json::Object object;
    for (const auto& [name, attribute] : attributes) {
        const bool binary = attribute.is_binary();
        object.set(name, json::Object{{binary ? "BinaryValue" : "StringValue",
                                       binary ? to_base64(attribute.value) : attribute.value},
                                      {"DataType", attribute.type}});
    }
    return object;
}

queues::MessageAttributes wanted_of(const queues::MessageAttributes& attributes,
                                    const std::vector<std::string>& names) {
    queues::MessageAttributes wanted = attributes;
    std::erase_if(wanted, [&](const auto& attribute) {
        return std::ranges::none_of(names, [&](const auto& name) { return is_wanted(attribute.first, name); });
    });
    return wanted;
}

}  // namespace rialto::api::aws::sqs
