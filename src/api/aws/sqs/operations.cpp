#include "api/aws/sqs/operations.hpp"

namespace rialto::api::aws::sqs {
namespace {

/// Of the constraints of its model, SQS tells of what is missing alone; ranges are its operations' own matter.
Outcome<void> check_required(const json::Object& input, const Shape& shape) {
    for (const Member& member : shape.members) {
        const json::Value* value = input.find(member.name);
        if (value == nullptr && member.is_required)
            return std::unexpected{
                Failure{Exception::MissingParameter, "The request must contain the parameter " + member.name + "."}};
        if (value == nullptr || member.shape.type != Shape::Type::List)
            continue;
        for (const auto& element : *value->as_array())
            if (const auto* object = element.as_object())
                if (auto kept = check_required(*object, member.shape.inner.front()); !kept)
                    return kept;
    }
    return {};
}

}  // namespace

Service service(queues::Queues& queues) {
    return {.prefix = "AmazonSQS",
            .operations =
                {
                    create_queue(queues),
                    delete_queue(queues),
                    get_queue_url(queues),
                    list_queues(queues),
                    purge_queue(queues),
                    get_queue_attributes(queues),
                    set_queue_attributes(queues),
                    list_dead_letter_source_queues(queues),
                    list_queue_tags(queues),
                    tag_queue(queues),
                    untag_queue(queues),
                    send_message(queues),
                    send_message_batch(queues),
                    receive_message(queues),
                    change_message_visibility(queues),
                    change_message_visibility_batch(queues),
                    delete_message(queues),
                    delete_message_batch(queues),
                },
            .media_type = "application/x-amz-json-1.0",
            .check = check_required,
            .query = Service::QuerySide{.version = "2012-11-05",
                                        .xml_namespace = "http://queue.amazonaws.com/doc/2012-11-05/",
                                        .path_parameter = "QueueUrl"}};
}

}  // namespace rialto::api::aws::sqs
