#include <utility>

#include "api/aws/sqs/batch.hpp"
#include "api/aws/sqs/message_attributes.hpp"
#include "api/aws/sqs/operations.hpp"

namespace rialto::api::aws::sqs {
namespace {

constexpr std::size_t kMostBytes = 1'048'576;

/// What one message is made of, in a call of its own or in a batch.
std::vector<Member> with_message(std::vector<Member> members) {
    members.push_back(required("MessageBody", string()));
    members.push_back(optional("DelaySeconds", integer()));
    members.push_back(optional("MessageAttributes", message_attribute_map("MessageAttribute")));
    members.push_back(optional("MessageSystemAttributes", message_attribute_map("MessageSystemAttribute")));
    members.push_back(optional("MessageDeduplicationId", string()));
    members.push_back(optional("MessageGroupId", string()));
    return members;
}

std::vector<Member> with_result(std::vector<Member> members) {
    for (const auto* name :
         {"MessageId", "MD5OfMessageBody", "MD5OfMessageAttributes", "MD5OfMessageSystemAttributes", "SequenceNumber"})
        members.push_back(optional(name, string()));
    return members;
}

Outcome<queues::Draft> draft_of(const json::Object& input, const Caller& caller) {
    auto attributes = read_attributes(input, "MessageAttributes");
    auto system = read_attributes(input, "MessageSystemAttributes");
    if (!attributes || !system)
        return std::unexpected{attributes ? system.error() : attributes.error()};
    return queues::Draft{.body = text_of(input, "MessageBody"),
                         .delay = int64_of(input, "DelaySeconds"),
                         .attributes = std::move(*attributes),
                         .system = std::move(*system),
                         .group = optional_text(input, "MessageGroupId"),
                         .unique = optional_text(input, "MessageDeduplicationId"),
                         .sender = caller.account};
}

/// A client compares the digests with those of what it sent.
json::Object result_of(const queues::Draft& draft, const queues::Sent& sent) {
    json::Object result{{"MessageId", sent.id}, {"MD5OfMessageBody", queues::digest_of(draft.body)}};
    if (!draft.attributes.empty())
        result.set("MD5OfMessageAttributes", queues::digest_of(draft.attributes));
    if (!draft.system.empty())
        result.set("MD5OfMessageSystemAttributes", queues::digest_of(draft.system));
    if (sent.sequence)
        result.set("SequenceNumber", *sent.sequence);
    return result;
}

Task<Outcome<Output>> send(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    auto draft = draft_of(call.input, call.caller);
    if (!draft)
        co_return std::unexpected{std::move(draft.error())};
    const std::vector<queues::Draft> drafts{std::move(*draft)};
    auto sent = co_await queues.send(*name, drafts);
    if (!sent)
        co_return fail(std::move(sent.error()));
    if (!sent->front())
        co_return fail(std::move(sent->front().error()));
    co_return Output{result_of(drafts.front(), *sent->front())};
}

/// The messages of a batch that can be read, and the ids of their entries.
struct Drafts {
    std::vector<std::string> ids;
    std::vector<queues::Draft> drafts;
    std::size_t bytes = 0;
};

Drafts read_drafts(const json::Array& entries, const Caller& caller, BatchAnswer& answer) {
    Drafts read;
    for (const auto& entry : entries) {
        const json::Object& object = *entry.as_object();
        const std::string id = text_of(object, "Id");
        auto draft = draft_of(object, caller);
        if (!draft) {
            answer.fail(id, std::move(draft.error()));
            continue;
        }
        read.bytes += queues::size_of(*draft);
        read.ids.push_back(id);
        read.drafts.push_back(std::move(*draft));
    }
    return read;
}

Task<Outcome<Output>> send_all(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    const auto entries = entries_of(call, "SendMessageBatchRequestEntry");
    if (!entries)
        co_return std::unexpected{entries.error()};
    BatchAnswer answer;
    const Drafts read = read_drafts(*entries, call.caller, answer);
    if (read.bytes > kMostBytes)
        co_return fail(Exception::BatchRequestTooLong,
                       "Batch requests cannot be longer than 1048576 bytes. You have sent " +
                           std::to_string(read.bytes) + " bytes.");
    auto sent = co_await queues.send(*name, read.drafts);
    if (!sent)
        co_return fail(std::move(sent.error()));
    for (std::size_t i = 0; i < read.ids.size(); ++i) {
        auto& one = (*sent)[i];
        if (!one) {
            answer.fail(read.ids[i], to_failure(std::move(one.error())));
            continue;
        }
        auto result = result_of(read.drafts[i], *one);
        result.set("Id", read.ids[i]);
        answer.succeed(std::move(result));
    }
    co_return answer.output();
}

}  // namespace

Operation send_message(queues::Queues& queues) {
    return {.name = "SendMessage",
            .input = structure("SendMessageRequest", with_message({queue_url()})),
            .run = [&queues](Invocation call) { return send(queues, std::move(call)); },
            .output = structure("SendMessageResult", with_result({}))};
}

Operation send_message_batch(queues::Queues& queues) {
    const Shape entry = structure("SendMessageBatchRequestEntry", with_message({required("Id", string())}));
    const Shape result = structure("SendMessageBatchResultEntry", with_result({optional("Id", string())}));
    return {
        .name = "SendMessageBatch",
        .input = structure("SendMessageBatchRequest",
                           {queue_url(), optional("Entries", list(entry).flattened("SendMessageBatchRequestEntry"))}),
        .run = [&queues](Invocation call) { return send_all(queues, std::move(call)); },
        .output = batch_output("SendMessageBatchResult", result, "SendMessageBatchResultEntry")};
}

}  // namespace rialto::api::aws::sqs
