#include <utility>

#include "api/aws/sqs/common.hpp"
#include "api/aws/sqs/operations.hpp"

namespace rialto::api::aws::sqs {
namespace {

Shape url_output(const char* name) { return structure(name, {optional("QueueUrl", string())}); }

Output url_answer(const Invocation& call, const queues::QueueName& queue) {
    return json::Object{{"QueueUrl", url_of(call, queue)}};
}

Task<Outcome<Output>> create(queues::Queues& queues, Invocation call) {
    const queues::QueueName name{call.caller.account, call.caller.region, text_of(call.input, "QueueName")};
    auto created = co_await queues.create(name, map_of(call.input, "Attributes"), map_of(call.input, "tags"));
    if (!created)
        co_return fail(std::move(created.error()));
    co_return url_answer(call, name);
}

Task<Outcome<Output>> find_url(queues::Queues& queues, Invocation call) {
    const auto owner = optional_text(call.input, "QueueOwnerAWSAccountId").value_or(call.caller.account);
    const queues::QueueName name{owner, call.caller.region, text_of(call.input, "QueueName")};
    auto there = queues.exists(name);
    if (!there)
        co_return fail(std::move(there.error()));
    co_return url_answer(call, name);
}

Task<Outcome<Output>> list_names(queues::Queues& queues, Invocation call) {
    const auto page = page_of(call.input);
    if (!page)
        co_return std::unexpected{page.error()};
    const auto& [account, region] = call.caller;
    const auto prefix = text_of(call.input, "QueueNamePrefix");
    auto names = queues.names(account, region, prefix, page->after, page->most + 1);
    json::Object answer;
    if (names.size() > page->most) {
        names.pop_back();
        if (page->tells_of_more)
            answer.set("NextToken", token_after(names.back()));
    }
    json::Array urls;
    for (const auto& name : names)
        urls.emplace_back(url_of(call, {account, region, name}));
    if (!urls.empty())
        answer.set("QueueUrls", std::move(urls));
    co_return Output{std::move(answer)};
}

Task<Outcome<Output>> remove(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    co_return nothing_or(co_await queues.remove(*name));
}

Task<Outcome<Output>> purge(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    co_return nothing_or(co_await queues.purge(*name));
}

}  // namespace

Operation create_queue(queues::Queues& queues) {
    return {.name = "CreateQueue",
            .input =
                structure("CreateQueueRequest", {required("QueueName", string()),
                                                 optional("Attributes", attribute_map()), optional("tags", tag_map())}),
            .run = [&queues](Invocation call) { return create(queues, std::move(call)); },
            .output = url_output("CreateQueueResult")};
}

Operation get_queue_url(queues::Queues& queues) {
    return {.name = "GetQueueUrl",
            .input = structure("GetQueueUrlRequest",
                               {required("QueueName", string()), optional("QueueOwnerAWSAccountId", string())}),
            .run = [&queues](Invocation call) { return find_url(queues, std::move(call)); },
            .output = url_output("GetQueueUrlResult")};
}

Operation list_queues(queues::Queues& queues) {
    return {
        .name = "ListQueues",
        .input = structure("ListQueuesRequest", {optional("QueueNamePrefix", string()), optional("NextToken", string()),
                                                 optional("MaxResults", integer())}),
        .run = [&queues](Invocation call) { return list_names(queues, std::move(call)); },
        .output = structure("ListQueuesResult", {optional("QueueUrls", list(string()).flattened("QueueUrl")),
                                                 optional("NextToken", string())})};
}

Operation delete_queue(queues::Queues& queues) {
    return {.name = "DeleteQueue",
            .input = structure("DeleteQueueRequest", {queue_url()}),
            .run = [&queues](Invocation call) { return remove(queues, std::move(call)); }};
}

Operation purge_queue(queues::Queues& queues) {
    return {.name = "PurgeQueue",
            .input = structure("PurgeQueueRequest", {queue_url()}),
            .run = [&queues](Invocation call) { return purge(queues, std::move(call)); }};
}

}  // namespace rialto::api::aws::sqs
