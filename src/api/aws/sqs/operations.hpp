#pragma once

#include "api/aws/operation.hpp"
#include "rialto/queues/queues.hpp"

/// Amazon SQS. Each family of operations is a file of its own, each operation a row of the table in operations.cpp.
namespace rialto::api::aws::sqs {

/// The queues must outlive them.
Operation create_queue(queues::Queues& queues);
Operation delete_queue(queues::Queues& queues);
Operation get_queue_url(queues::Queues& queues);
Operation list_queues(queues::Queues& queues);
Operation purge_queue(queues::Queues& queues);

Operation get_queue_attributes(queues::Queues& queues);
Operation set_queue_attributes(queues::Queues& queues);
Operation list_dead_letter_source_queues(queues::Queues& queues);

Operation list_queue_tags(queues::Queues& queues);
Operation tag_queue(queues::Queues& queues);
Operation untag_queue(queues::Queues& queues);

Operation send_message(queues::Queues& queues);
Operation send_message_batch(queues::Queues& queues);
Operation receive_message(queues::Queues& queues);

Operation change_message_visibility(queues::Queues& queues);
Operation change_message_visibility_batch(queues::Queues& queues);
Operation delete_message(queues::Queues& queues);
Operation delete_message_batch(queues::Queues& queues);

Service service(queues::Queues& queues);

}  // namespace rialto::api::aws::sqs
