#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/aws/operation.hpp"
#include "rialto/json/members.hpp"
#include "rialto/queues/queues.hpp"

/// What the operations on queues share.
namespace rialto::api::aws::sqs {

using json::int64_of;
using json::text_of;

Failure to_failure(queues::Refusal refusal);
std::unexpected<Failure> fail(queues::Refusal refusal);
std::unexpected<Failure> fail(Exception exception, std::string message);

/// An answer without content, or why there is none.
Outcome<Output> nothing_or(queues::Answer<void> answer);

/// The queue that QueueUrl names: whatever its host, the last two parts of its path are the account and the name.
Outcome<queues::QueueName> queue_of(const Invocation& call);

/// Where a queue is reached, for who reached us by the way that the request took.
std::string url_of(const Invocation& call, const queues::QueueName& queue);

/// Members of an input that has the operation's shape.
std::optional<std::string> optional_text(const json::Object& input, std::string_view name);
std::vector<std::string> texts_of(const json::Object& input, std::string_view name);
std::map<std::string, std::string> map_of(const json::Object& input, std::string_view name);

/// A map of texts as an output's member.
json::Object to_object(const std::map<std::string, std::string>& texts);

/// The part of a list that a request asks for with MaxResults and NextToken.
struct Page {
    std::size_t most = 1'000;
    std::string after;
    bool tells_of_more = false;  ///< Only who bounds the page is told how to go on.
};
Outcome<Page> page_of(const json::Object& input);
std::string token_after(const std::string& last);

Member queue_url();
Shape attribute_map();
Shape tag_map();

}  // namespace rialto::api::aws::sqs
