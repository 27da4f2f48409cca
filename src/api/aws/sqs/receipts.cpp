#include <utility>

#include "api/aws/sqs/batch.hpp"
#include "api/aws/sqs/operations.hpp"

namespace rialto::api::aws::sqs {
namespace {

using Answers = queues::Answer<std::vector<queues::Answer<void>>>;

Outcome<Output> single(Answers answers) {
    if (!answers)
        return fail(std::move(answers.error()));
    return nothing_or(std::move(answers->front()));
}

Outcome<Output> batch(Answers answers, const json::Array& entries) {
    if (!answers)
        return fail(std::move(answers.error()));
    BatchAnswer answer;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::string id = text_of(*entries[i].as_object(), "Id");
        auto& one = (*answers)[i];
        if (one)
            answer.succeed(json::Object{{"Id", id}});
        else
            answer.fail(id, to_failure(std::move(one.error())));
    }
    return answer.output();
}

queues::Queues::Visibility visibility_of(const json::Object& input) {
    return {text_of(input, "ReceiptHandle"), int64_of(input, "VisibilityTimeout").value_or(0)};
}

Task<Outcome<Output>> remove(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    std::vector<std::string> handles{text_of(call.input, "ReceiptHandle")};
    co_return single(co_await queues.remove_messages(*name, std::move(handles)));
}

Task<Outcome<Output>> change(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    std::vector<queues::Queues::Visibility> changes{visibility_of(call.input)};
    co_return single(co_await queues.change_visibility(*name, std::move(changes)));
}

Task<Outcome<Output>> remove_all(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    const auto entries = entries_of(call, "DeleteMessageBatchRequestEntry");
    if (!entries)
        co_return std::unexpected{entries.error()};
    std::vector<std::string> handles;
    for (const auto& entry : *entries)
        handles.push_back(text_of(*entry.as_object(), "ReceiptHandle"));
    co_return batch(co_await queues.remove_messages(*name, std::move(handles)), *entries);
}

Task<Outcome<Output>> change_all(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    const auto entries = entries_of(call, "ChangeMessageVisibilityBatchRequestEntry");
    if (!entries)
        co_return std::unexpected{entries.error()};
    std::vector<queues::Queues::Visibility> changes;
    for (const auto& entry : *entries)
        changes.push_back(visibility_of(*entry.as_object()));
    co_return batch(co_await queues.change_visibility(*name, std::move(changes)), *entries);
}

Shape result_of_id(const char* name) { return structure(name, {optional("Id", string())}); }

}  // namespace

Operation delete_message(queues::Queues& queues) {
    return {.name = "DeleteMessage",
            .input = structure("DeleteMessageRequest", {queue_url(), required("ReceiptHandle", string())}),
            .run = [&queues](Invocation call) { return remove(queues, std::move(call)); }};
}

Operation delete_message_batch(queues::Queues& queues) {
    const Shape entry =
        structure("DeleteMessageBatchRequestEntry", {required("Id", string()), required("ReceiptHandle", string())});
    return {
        .name = "DeleteMessageBatch",
        .input = structure("DeleteMessageBatchRequest",
                           {queue_url(), optional("Entries", list(entry).flattened("DeleteMessageBatchRequestEntry"))}),
        .run = [&queues](Invocation call) { return remove_all(queues, std::move(call)); },
        .output = batch_output("DeleteMessageBatchResult", result_of_id("DeleteMessageBatchResultEntry"),
                               "DeleteMessageBatchResultEntry")};
}

Operation change_message_visibility(queues::Queues& queues) {
    return {.name = "ChangeMessageVisibility",
            .input = structure("ChangeMessageVisibilityRequest", {queue_url(), required("ReceiptHandle", string()),
                                                                  required("VisibilityTimeout", integer())}),
            .run = [&queues](Invocation call) { return change(queues, std::move(call)); }};
}

Operation change_message_visibility_batch(queues::Queues& queues) {
    const Shape entry = structure(
        "ChangeMessageVisibilityBatchRequestEntry",
        {required("Id", string()), required("ReceiptHandle", string()), optional("VisibilityTimeout", integer())});
    return {.name = "ChangeMessageVisibilityBatch",
            .input = structure(
                "ChangeMessageVisibilityBatchRequest",
                {queue_url(), optional("Entries", list(entry).flattened("ChangeMessageVisibilityBatchRequestEntry"))}),
            .run = [&queues](Invocation call) { return change_all(queues, std::move(call)); },
            .output = batch_output("ChangeMessageVisibilityBatchResult",
                                   result_of_id("ChangeMessageVisibilityBatchResultEntry"),
                                   "ChangeMessageVisibilityBatchResultEntry")};
}

}  // namespace rialto::api::aws::sqs
