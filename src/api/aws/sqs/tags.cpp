#include <utility>

#include "api/aws/sqs/common.hpp"
#include "api/aws/sqs/operations.hpp"

namespace rialto::api::aws::sqs {
namespace {

Task<Outcome<Output>> list_all(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    auto tags = queues.tags(*name);
    if (!tags)
        co_return fail(std::move(tags.error()));
    if (tags->empty())
        co_return Output{json::Object{}};
    co_return Output{json::Object{{"Tags", to_object(*tags)}}};
}

/// An input has either what is added or what is removed.
Task<Outcome<Output>> change(queues::Queues& queues, Invocation call) {
    const auto name = queue_of(call);
    if (!name)
        co_return std::unexpected{name.error()};
    co_return nothing_or(
        co_await queues.change_tags(*name, map_of(call.input, "Tags"), texts_of(call.input, "TagKeys")));
}

}  // namespace

Operation list_queue_tags(queues::Queues& queues) {
    return {.name = "ListQueueTags",
            .input = structure("ListQueueTagsRequest", {queue_url()}),
            .run = [&queues](Invocation call) { return list_all(queues, std::move(call)); },
            .output = structure("ListQueueTagsResult", {optional("Tags", tag_map())})};
}

Operation tag_queue(queues::Queues& queues) {
    return {.name = "TagQueue",
            .input = structure("TagQueueRequest", {queue_url(), required("Tags", tag_map())}),
            .run = [&queues](Invocation call) { return change(queues, std::move(call)); }};
}

Operation untag_queue(queues::Queues& queues) {
    return {
        .name = "UntagQueue",
        .input = structure("UntagQueueRequest", {queue_url(), required("TagKeys", list(string()).flattened("TagKey"))}),
        .run = [&queues](Invocation call) { return change(queues, std::move(call)); }};
}

}  // namespace rialto::api::aws::sqs
