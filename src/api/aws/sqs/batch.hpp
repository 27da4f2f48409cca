#pragma once

#include "api/aws/sqs/common.hpp"

namespace rialto::api::aws::sqs {

/// The Entries of a batch call, held to the rules for all batches: one to ten, each with an id of its own.
/// `entry` is how an entry is called in messages.
Outcome<json::Array> entries_of(Invocation& call, const std::string& entry);

/// What becomes of the entries of a batch, in their order.
class BatchAnswer {
public:
    void succeed(json::Object result) { successful_.emplace_back(std::move(result)); }
    void fail(const std::string& id, Failure failure);

    Output output();

private:
    json::Array successful_;
    json::Array failed_;
};

/// The output of a batch call, whose successful entries are of the shape `result`.
Shape batch_output(const char* name, const Shape& result, const char* result_entry);

}  // namespace rialto::api::aws::sqs
