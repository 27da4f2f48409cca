#include <algorithm>
#include <array>
#include <utility>

#include "api/aws/sqs/common.hpp"
#include "api/aws/sqs/message_attributes.hpp"
#include "api/aws/sqs/operations.hpp"

namespace rialto::api::aws::sqs {
namespace {

constexpr std::array<std::string_view, 10> kSystemAttributes{
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
};

/// The names of system attributes come by two members, of which one is the older.
Outcome<std::vector<std::string>> system_names(const json::Object& input) {
    auto names = texts_of(input, "AttributeNames");
    for (auto& name : texts_of(input, "MessageSystemAttributeNames"))
        names.push_back(std::move(name));
    for (const auto& name : names)
        if (std::ranges::find(kSystemAttributes, name) == kSystemAttributes.end())
            return fail(Exception::InvalidAttributeName, "Unknown Attribute " + name + ".");
    return names;
}

json::Object write_message(queues::Message message, const std::vector<std::string>& system,
                           const std::vector<std::string>& wanted) {
    json::Object object{{"MessageId", std::move(message.id)},
                        {"ReceiptHandle", std::move(message.handle)},
                        {"MD5OfBody", queues::digest_of(message.body)},
                        {"Body", std::move(message.body)}};
    if (std::ranges::find(system, "All") == system.end())
        std::erase_if(message.system,
                      [&](const auto& entry) { return std::ranges::find(system, entry.first) == system.end(); });
    if (!message.system.empty())
        object.set("Attributes", to_object(message.system));
    const auto attributes = wanted_of(message.attributes, wanted);
    if (!attributes.empty()) {
        object.set("MD5OfMessageAttributes", queues::digest_of(attributes));
        object.set("MessageAttributes", write_attributes(attributes));
    }
    return object;
}

Task<Outcome<Output>> receive(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    const auto system = system_names(call.input);
    if (!system)
        co_return std::unexpected{system.error()};
    const auto wanted = texts_of(call.input, "MessageAttributeNames");
    const queues::ReceiveOptions options{.most = int64_of(call.input, "MaxNumberOfMessages").value_or(1),
                                         .wait = int64_of(call.input, "WaitTimeSeconds"),
                                         .visibility = int64_of(call.input, "VisibilityTimeout")};
    auto received = co_await queues.receive(*name, options);
    if (!received)
        co_return fail(std::move(received.error()));
    json::Array messages;
    for (auto& message : *received)
        messages.emplace_back(write_message(std::move(message), *system, wanted));
    json::Object answer;
    if (!messages.empty())
        answer.set("Messages", std::move(messages));
    co_return Output{std::move(answer)};
}

}  // namespace

Operation receive_message(queues::Queues& queues) {
    const Shape message =
        structure("Message", {optional("MessageId", string()), optional("ReceiptHandle", string()),
                              optional("MD5OfBody", string()), optional("Body", string()),
                              optional("Attributes", attribute_map()), optional("MD5OfMessageAttributes", string()),
                              optional("MessageAttributes", message_attribute_map("MessageAttribute"))});
    return {.name = "ReceiveMessage",
            .input = structure(
                "ReceiveMessageRequest",
                {queue_url(), optional("AttributeNames", list(string()).flattened("AttributeName")),
                 optional("MessageSystemAttributeNames", list(string()).flattened("MessageSystemAttributeName")),
                 optional("MessageAttributeNames", list(string()).flattened("MessageAttributeName")),
                 optional("MaxNumberOfMessages", integer()), optional("VisibilityTimeout", integer()),
                 optional("WaitTimeSeconds", integer()), optional("ReceiveRequestAttemptId", string())}),
            .run = [&queues](Invocation call) { return receive(queues, std::move(call)); },
            .output = structure("ReceiveMessageResult", {optional("Messages", list(message).flattened("Message"))})};
}

}  // namespace rialto::api::aws::sqs
