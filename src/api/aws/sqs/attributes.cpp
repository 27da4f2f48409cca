#include <algorithm>
#include <utility>

#include "api/aws/sqs/common.hpp"
#include "api/aws/sqs/operations.hpp"

namespace rialto::api::aws::sqs {
namespace {

Task<Outcome<Output>> get(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    auto attributes = co_await queues.attributes(*name, texts_of(call.input, "AttributeNames"));
    if (!attributes)
        co_return fail(std::move(attributes.error()));
    if (attributes->empty())
        co_return Output{json::Object{}};
    co_return Output{json::Object{{"Attributes", to_object(*attributes)}}};
}

Task<Outcome<Output>> set(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    co_return nothing_or(co_await queues.set_attributes(*name, map_of(call.input, "Attributes")));
}

Task<Outcome<Output>> list_sources(queues::Queues& queues, Invocation call) {
    const auto page = page_of(call.input);
    const auto name = queue_of(call);
    if (!page || !name)
        co_return std::unexpected{page ? name.error() : page.error()};
    auto sources = queues.sources(*name);
    if (!sources)
        co_return fail(std::move(sources.error()));
    std::erase_if(*sources, [&](const queues::QueueName& source) { return source.name <= page->after; });
    json::Object answer;
    if (sources->size() > page->most) {
        sources->resize(page->most);
        if (page->tells_of_more)
            answer.set("NextToken", token_after(sources->back().name));
    }
    json::Array urls;
    for (const auto& source : *sources)
        urls.emplace_back(url_of(call, source));
    answer.set("queueUrls", std::move(urls));
    co_return Output{std::move(answer)};
}

}  // namespace

Operation get_queue_attributes(queues::Queues& queues) {
    return {.name = "GetQueueAttributes",
            .input = structure("GetQueueAttributesRequest",
                               {queue_url(), optional("AttributeNames", list(string()).flattened("AttributeName"))}),
            .run = [&queues](Invocation call) { return get(queues, std::move(call)); },
            .output = structure("GetQueueAttributesResult", {optional("Attributes", attribute_map())})};
}

Operation set_queue_attributes(queues::Queues& queues) {
    return {.name = "SetQueueAttributes",
            .input = structure("SetQueueAttributesRequest", {queue_url(), required("Attributes", attribute_map())}),
            .run = [&queues](Invocation call) { return set(queues, std::move(call)); }};
}

Operation list_dead_letter_source_queues(queues::Queues& queues) {
    return {.name = "ListDeadLetterSourceQueues",
            .input = structure("ListDeadLetterSourceQueuesRequest",
                               {queue_url(), optional("NextToken", string()), optional("MaxResults", integer())}),
            .run = [&queues](Invocation call) { return list_sources(queues, std::move(call)); },
            .output = structure(
                "ListDeadLetterSourceQueuesResult",
                {optional("queueUrls", list(string()).flattened("QueueUrl")), optional("NextToken", string())})};
}

}  // namespace rialto::api::aws::sqs
