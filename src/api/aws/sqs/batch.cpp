#include "api/aws/sqs/batch.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace rialto::api::aws::sqs {
namespace {

constexpr std::size_t kMostEntries = 10;
constexpr std::size_t kLongestId = 80;

bool is_id(const std::string& id) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !id.empty() && id.size() <= kLongestId && std::ranges::all_of(id, allowed);
}

Outcome<void> check_ids(const json::Array& entries) {
    std::set<std::string> seen;
    for (const auto& entry : entries) {
        const std::string id = text_of(*entry.as_object(), "Id");
        if (!is_id(id))
            return fail(Exception::InvalidBatchEntryId,
                        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be "
                        "at most 80 letters long.");
        if (!seen.insert(id).second)
            return fail(Exception::BatchEntryIdsNotDistinct, "Id " + id + " repeated.");
    }
    return {};
}

}  // namespace

Outcome<json::Array> entries_of(Invocation& call, const std::string& entry) {
    json::Value* given = call.input.find("Entries");
    json::Array entries = given == nullptr ? json::Array{} : std::move(*given->as_array());
    if (entries.empty())
        return fail(Exception::EmptyBatchRequest, "There should be at least one " + entry + " in the request.");
    if (entries.size() > kMostEntries)
        return fail(
            Exception::TooManyEntriesInBatchRequest,
            "Maximum number of entries per request are 10. You have sent " + std::to_string(entries.size()) + ".");
    if (auto valid = check_ids(entries); !valid)
        return std::unexpected{std::move(valid.error())};
    return entries;
}

void BatchAnswer::fail(const std::string& id, Failure failure) {
    const bool wrapped =
        failure.exception == Exception::InvalidParameterValue && !failure.message.starts_with("One or more parameters");
    const std::string message =
        (wrapped ? "One or more parameters cannot be validated. Reason: " : "") + failure.message;
    failed_.push_back(json::Object{{"Id", id},
                                   {"SenderFault", failure.exception != Exception::ServiceUnavailable},
                                   {"Code", query_code(failure.exception)},
                                   {"Message", message}});
}

Output BatchAnswer::output() {
    json::Object answer;
    if (!successful_.empty())
        answer.set("Successful", std::move(successful_));
    if (!failed_.empty())
        answer.set("Failed", std::move(failed_));
    return answer;
}

Shape batch_output(const char* name, const Shape& result, const char* result_entry) {
    const Shape error =
        structure("BatchResultErrorEntry", {optional("Id", string()), optional("SenderFault", boolean()),
                                            optional("Code", string()), optional("Message", string())});
    return structure(name, {optional("Successful", list(result).flattened(result_entry)),
                            optional("Failed", list(error).flattened("BatchResultErrorEntry"))});
}

}  // namespace rialto::api::aws::sqs
